package io.holdpoint;

import io.holdpoint.api.ApiVerticle;
import io.holdpoint.api.GatedTransport;
import io.holdpoint.auth.KeyStore;
import io.holdpoint.bus.TaskBus;
import io.holdpoint.cluster.ClusterException;
import io.holdpoint.cluster.ClusterMember;
import io.holdpoint.config.HoldpointConfig;
import io.holdpoint.config.WebhookConfig;
import io.holdpoint.driver.Drivers;
import io.holdpoint.driver.NodeDriver;
import io.holdpoint.driver.ProcessDriver;
import io.holdpoint.driver.SimulatedDriver;
import io.holdpoint.driver.SshDriver;
import io.holdpoint.management.ManagementVerticle;
import io.holdpoint.manager.AuditTrail;
import io.holdpoint.manager.Membership;
import io.holdpoint.manager.TaskManagerVerticle;
import io.holdpoint.secret.CredentialSource;
import io.holdpoint.store.AccessKeyStore;
import io.holdpoint.store.AuditStore;
import io.holdpoint.store.CredentialStore;
import io.holdpoint.store.Database;
import io.holdpoint.store.DeliveryStore;
import io.holdpoint.store.MeetingPlace;
import io.holdpoint.store.ServiceNodeStore;
import io.holdpoint.store.StartException;
import io.holdpoint.store.WebhookStore;
import io.holdpoint.task.AuditRecord;
import io.holdpoint.webhook.WebhookVerticle;
import io.holdpoint.worker.WorkerVerticle;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.vertx.core.Deployable;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxBuilder;
import io.vertx.core.VertxOptions;
import io.vertx.micrometer.Label;
import io.vertx.micrometer.MetricsDomain;
import io.vertx.micrometer.MicrometerMetricsFactory;
import io.vertx.micrometer.MicrometerMetricsOptions;
import java.io.IOException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One running Holdpoint: database, manager, worker, API and management port. */
public final class Service implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Service.class);
  private static final long START_SECONDS = 30;
  private static final long DRAIN_SECONDS = 5;
  private static final long STOP_SECONDS = 1;

  private final HoldpointConfig config;
  private final Persistence persistence;
  private final GatedTransport transport;
  private final @Nullable ClusterMember member;
  private final Vertx vertx;
  private final TaskBus bus;
  private final Database database;
  private final ServiceNodeStore nodes;
  private final Membership membership;
  private final Readiness readiness;
  private final PrometheusMeterRegistry registry;
  private final AccessKeyStore keys;
  private final AuditTrail audit;
  private final ApiVerticle api;
  private final ManagementVerticle management;
  private final List<Runnable> closing = new ArrayList<>();
  private @Nullable String managerId;
  private @Nullable String workerId;
  private @Nullable String webhookId;
  private TaskBus.@Nullable Registration relay;
  private boolean closed;

  private Service(HoldpointConfig config, Persistence persistence) {
    this.config = config;
    this.persistence = persistence;
    registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    transport = GatedTransport.of(config.http(), config.tls(), registry);
    member = config.cluster().enabled() ? join(config, persistence.uri()) : null;
    vertx = member == null ? builder().with(options()).build() : member.vertx();
    bus = new TaskBus(vertx, config.commands().deadline());
    database = new Database(vertx, config.postgres(), persistence.uri());
    nodes = new ServiceNodeStore(database, config.worker().lease());
    membership =
        new Membership(vertx, nodes, UUID.randomUUID(), Build.version(), config.worker(), registry);
    readiness = new Readiness(database, membership::draining);
    keys = new AccessKeyStore(vertx, database, persistence.sealer(), System::nanoTime);
    audit = new AuditTrail(vertx, new AuditStore(database), config.audit(), registry);
    api = new ApiVerticle(bus, config, keys, audit::record, InstantSource.system(), registry);
    management =
        new ManagementVerticle(
            config.management(), readiness::check, registry::scrape, Build.information());
  }

  /**
   * Starts everything; blocking, for the main thread.
   *
   * @throws StartException with one line that says what to do; nothing is left running
   */
  public static Service start(HoldpointConfig config) {
    Persistence persistence = Persistence.open(config);
    Service service = null;
    try {
      service = new Service(config, persistence);
      service.deploy();
      return service;
    } catch (RuntimeException failure) {
      if (service == null) {
        persistence.close();
      } else {
        service.close();
      }
      throw failure;
    }
  }

  private ClusterMember join(HoldpointConfig config, String uri) {
    try {
      ClusterMember joined =
          ClusterMember.join(builder(), options(), config.cluster(), MeetingPlace.at(uri));
      registry.gauge("holdpoint.cluster.members", joined, ClusterMember::size);
      return joined;
    } catch (ClusterException refused) {
      throw new StartException(String.valueOf(refused.getMessage()), refused);
    }
  }

  private static VertxOptions options() {
    // One event loop carries HTTP, manager and database socket: no hand-over between threads on
    // the way of a command. Measured; a second one pays only beyond two cores.
    return new VertxOptions()
        .setEventLoopPoolSize(1)
        .setMetricsOptions(
            new MicrometerMetricsOptions()
                .setEnabled(true)
                // Two servers in one process are told apart by their address.
                .addLabels(Label.LOCAL)
                .addDisabledMetricsCategory(MetricsDomain.EVENT_BUS));
  }

  private VertxBuilder builder() {
    return Vertx.builder()
        .withMetrics(new MicrometerMetricsFactory(registry))
        .withTransport(transport.named());
  }

  private void deploy() {
    await(AccessKeys.prepare(database, persistence.sealer(), config.auth()), START_SECONDS);
    CredentialStore credentials = new CredentialStore(database, persistence.sealer());
    managerId =
        await(
            vertx.deployVerticle(
                new TaskManagerVerticle(
                    bus,
                    database,
                    credentials,
                    new WebhookStore(
                        database, persistence.sealer(), config.webhook().maxPerAccount()),
                    nodes,
                    config.commands(),
                    config.audit(),
                    config.stream(),
                    config.postgres(),
                    registry)),
            START_SECONDS);
    if (config.worker().enabled()) {
      Drivers drivers = new Drivers(drivers(credentials));
      workerId =
          await(
              vertx.deployVerticle(
                  new WorkerVerticle(
                      membership.nodeId(),
                      membership::draining,
                      membership::working,
                      bus,
                      database,
                      config.worker(),
                      drivers,
                      registry)),
              START_SECONDS);
    }
    if (config.webhook().enabled()) {
      webhookId = await(vertx.deployVerticle(webhooks()), START_SECONDS);
    }
    listen(management, config.management().host(), config.management().port(), "MANAGEMENT");
    listen(api, config.http().host(), config.http().port(), "HTTP");
    await(membership.start(config.http().host() + ':' + port()), START_SECONDS);
    transport.accept();
    if (member != null) {
      // Not before connections are accepted: a member that does not answer is left alone.
      relay = bus.relay(member.id(), member::others, System::nanoTime, registry);
    }
    readiness.open();
    log.atInfo()
        .addKeyValue("host", config.http().host())
        .addKeyValue("port", port())
        .addKeyValue("httpsPort", httpsPort().isPresent() ? httpsPort().getAsInt() : "none")
        .addKeyValue("managementPort", managementPort())
        .addKeyValue("embedded", config.postgres().embedded())
        .log("holdpoint is ready");
  }

  private WebhookVerticle webhooks() {
    WebhookConfig webhook = config.webhook();
    DeliveryStore store =
        new DeliveryStore(
            database,
            persistence.sealer(),
            membership.nodeId(),
            new DeliveryStore.Policy(
                webhook.lease(),
                webhook.attempts(),
                webhook.backoff(),
                webhook.maxBackoff(),
                webhook.maxDeadLetters()));
    return new WebhookVerticle(
        bus,
        store,
        webhook,
        membership::draining,
        InstantSource.system(),
        System::nanoTime,
        registry);
  }

  private List<NodeDriver> drivers(CredentialSource credentials) {
    SshDriver ssh = new SshDriver(credentials, vertx, System::nanoTime);
    closing.add(ssh::close);
    List<NodeDriver> drivers = new ArrayList<>();
    drivers.add(new SimulatedDriver(config.simulated(), System::nanoTime));
    drivers.add(ssh);
    if (config.processNodes()) {
      ProcessDriver process = new ProcessDriver(credentials, vertx);
      closing.add(process::close);
      drivers.add(process);
    }
    return drivers;
  }

  private void listen(Deployable verticle, String host, int port, String name) {
    try {
      await(vertx.deployVerticle(verticle), START_SECONDS);
    } catch (StartException failure) {
      // The native transport has an exception of its own where the JDK has BindException.
      if (failure.getCause() instanceof IOException refused) {
        throw new StartException(
            "port "
                + port
                + " on "
                + host
                + " cannot be bound ("
                + refused.getMessage()
                + "); stop the other process or set HOLDPOINT_"
                + name
                + "_PORT");
      }
      throw failure;
    }
  }

  /** The port of the API; another than configured when that is 0. */
  public int port() {
    return api.port();
  }

  /** The same of the API over TLS; empty when there is none. */
  public OptionalInt httpsPort() {
    return api.httpsPort();
  }

  public int managementPort() {
    return management.port();
  }

  /** For consumers of events in this process. */
  public TaskBus bus() {
    return bus;
  }

  /** Who may call; the answers are a few seconds old at most. */
  public KeyStore keys() {
    return keys;
  }

  /** Takes what is decided about calls; never blocks. */
  public Consumer<AuditRecord> audit() {
    return audit::record;
  }

  /** Readiness off, in-flight requests answered, leases handed back, then everything ends. */
  @Override
  public synchronized void close() {
    if (closed) {
      return;
    }
    closed = true;
    log.atInfo().log("holdpoint is stopping");
    readiness.close();
    quietly(
        Future.join(
            api.drain(DRAIN_SECONDS, TimeUnit.SECONDS), undeploy(workerId), undeploy(webhookId)),
        6);
    closing.forEach(Runnable::run);
    quietly(membership.stop(), STOP_SECONDS);
    Future<Void> silenced = relay == null ? Future.succeededFuture() : relay.stop();
    quietly(Future.join(audit.close(), undeploy(managerId), silenced), STOP_SECONDS);
    quietly(database.close(), STOP_SECONDS);
    quietly(vertx.close(), STOP_SECONDS);
    if (member != null) {
      member.leave(TimeUnit.SECONDS.toMillis(STOP_SECONDS));
    }
    persistence.close();
    log.atInfo().log("holdpoint has stopped");
  }

  private Future<Void> undeploy(@Nullable String id) {
    return id == null ? Future.succeededFuture() : vertx.undeploy(id);
  }

  private static void quietly(Future<?> future, long seconds) {
    try {
      await(future, seconds);
    } catch (StartException e) {
      log.atWarn().log("a part did not stop cleanly: " + e.getMessage());
    }
  }

  private static <T> T await(Future<T> future, long seconds) {
    try {
      return future.toCompletionStage().toCompletableFuture().get(seconds, TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      Throwable cause = e.getCause();
      // A defect of ours may come without words; its name says at least what it is.
      String why = cause.getMessage() == null ? cause.toString() : cause.getMessage();
      throw new StartException(why, cause);
    } catch (TimeoutException e) {
      throw new StartException("no end after " + seconds + " s");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StartException("interrupted");
    }
  }
}
