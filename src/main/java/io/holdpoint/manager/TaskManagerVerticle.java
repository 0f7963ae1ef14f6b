package io.holdpoint.manager;

import io.holdpoint.bus.TaskBus;
import io.holdpoint.config.AuditConfig;
import io.holdpoint.config.CommandConfig;
import io.holdpoint.config.PostgresConfig;
import io.holdpoint.config.StreamConfig;
import io.holdpoint.store.AuditStore;
import io.holdpoint.store.CredentialStore;
import io.holdpoint.store.Database;
import io.holdpoint.store.InstanceStore;
import io.holdpoint.store.ReadStore;
import io.holdpoint.store.RetentionStore;
import io.holdpoint.store.ServiceNodeStore;
import io.holdpoint.store.SteerStore;
import io.holdpoint.store.StreamStore;
import io.holdpoint.store.TurnStore;
import io.holdpoint.store.WebhookStore;
import io.holdpoint.task.Answer;
import io.holdpoint.task.Command;
import io.holdpoint.task.Outcome;
import io.holdpoint.task.Query;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongFunction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers this node's commands and queries from the bus. Interrupts and resumes go through the
 * {@link Batcher}; what was committed is published afterwards.
 */
public final class TaskManagerVerticle extends VerticleBase {
  private static final Logger log = LoggerFactory.getLogger(TaskManagerVerticle.class);

  /** The server gives up on a statement first; this is for when its word does not arrive. */
  private static final long LINK_MARGIN_MILLIS = 200;

  private final TaskBus bus;
  private final Database database;
  private final CredentialStore credentials;
  private final WebhookStore webhooks;
  private final ServiceNodeStore nodes;
  private final CommandConfig config;
  private final AuditConfig audit;
  private final StreamConfig stream;
  private final long statementMillis;
  private final MeterRegistry registry;
  private final ManagerMetrics metrics;
  private final List<TaskBus.Registration> registrations = new ArrayList<>();
  private Batcher batcher;
  private SteerStore steers;
  private InstanceChanges changes;
  private CredentialChanges credentialChanges;
  private WebhookChanges webhookChanges;
  private ReadStore reads;
  private AuditStore auditRecords;
  private final List<Retention> retentions = new ArrayList<>();
  private StartedAfterAckWatch watch;
  private Retry retry;
  private StreamStore streams;
  private StreamPublisher publisher;

  public TaskManagerVerticle(
      TaskBus bus,
      Database database,
      CredentialStore credentials,
      WebhookStore webhooks,
      ServiceNodeStore nodes,
      CommandConfig config,
      AuditConfig audit,
      StreamConfig stream,
      PostgresConfig postgres,
      MeterRegistry registry) {
    this.bus = bus;
    this.database = database;
    this.credentials = credentials;
    this.webhooks = webhooks;
    this.nodes = nodes;
    this.config = config;
    this.audit = audit;
    this.stream = stream;
    statementMillis = postgres.statementTimeout().toMillis() + LINK_MARGIN_MILLIS;
    this.registry = registry;
    metrics = new ManagerMetrics(registry);
  }

  @Override
  public Future<?> start() {
    LongFunction<Future<Void>> pause = this::pause;
    retry = new Retry(pause, System::nanoTime);
    steers = new SteerStore(vertx, database);
    reads = new ReadStore(database);
    changes =
        new InstanceChanges(
            new InstanceStore(database), new TurnStore(database), reads, bus::publish, retry);
    credentialChanges = new CredentialChanges(credentials, retry);
    credentialChanges.start();
    webhookChanges = new WebhookChanges(webhooks, retry);
    webhookChanges.start();
    BatchRun run =
        new BatchRun(
            (operation, batch) -> steers.apply(operation, batch, statementMillis),
            bus::publish,
            pause,
            System::nanoTime,
            metrics);
    batcher = new Batcher(config, run, metrics, System::nanoTime);
    auditRecords = new AuditStore(database);
    startRetentions();
    watch = new StartedAfterAckWatch(vertx, reads, registry);
    watch.start();
    startPublisher();
    registrations.add(bus.serveCommands(this::handle));
    registrations.add(bus.serveQueries(this::answer));
    registrations.add(bus.serveStreams(this::answer));
    return Future.succeededFuture();
  }

  private void startRetentions() {
    RetentionStore tokens = new RetentionStore(database);
    retentions.add(
        new Retention(vertx, "client tokens", tokens::purge, config.tokenRetention(), config));
    retentions.add(
        new Retention(vertx, "audit records", auditRecords::purge, audit.retention(), config));
    retentions.forEach(Retention::start);
  }

  private void startPublisher() {
    streams = new StreamStore(database);
    publisher = new StreamPublisher(vertx, streams, stream, bus::announce, registry);
    publisher.start();
    registrations.add(bus.onEvent(event -> publisher.hint()));
  }

  private Future<Void> pause(long millis) {
    Promise<Void> over = Promise.promise();
    vertx.setTimer(millis, fired -> over.complete());
    return over.future();
  }

  private Future<Outcome> handle(Command command) {
    if (command instanceof Command.Steer steer) {
      return batcher.submit(steer);
    }
    if (command instanceof Command.StartChange start) {
      return changes.start(start);
    }
    if (command instanceof Command.Turn turn) {
      return changes.turn(turn);
    }
    if (command instanceof Command.Create create) {
      return changes.create(create);
    }
    if (command instanceof Command.Refused refused) {
      return changes.refused(refused);
    }
    if (command instanceof Command.DrainNode drain) {
      return retry.untilDeadline(drain.ticket(), () -> nodes.drain(drain));
    }
    if (command instanceof Command.OfCredential ofCredential) {
      return credentialChanges.apply(ofCredential);
    }
    if (command instanceof Command.OfWebhook ofWebhook) {
      return webhookChanges.apply(ofWebhook);
    }
    return changes.putNodes((Command.PutNodes) command);
  }

  private Future<Answer> answer(Query query) {
    Future<Answer> answer;
    if (query instanceof Query.DescribeInstance describe) {
      answer = reads.describe(describe);
    } else if (query instanceof Query.ListInstances list) {
      answer = reads.list(list);
    } else if (query instanceof Query.StepOutput output) {
      answer = reads.output(output);
    } else if (query instanceof Query.ListCredentials list) {
      answer = credentials.list(list);
    } else if (query instanceof Query.ListAudit list) {
      answer = auditRecords.list(list);
    } else if (query instanceof Query.ReadStream read) {
      answer = streams.read(read);
    } else if (query instanceof Query.ListServiceNodes) {
      answer = nodes.list();
    } else if (query instanceof Query.ListWebhooks list) {
      answer = webhooks.list(list);
    } else if (query instanceof Query.FindWebhook find) {
      answer = webhooks.find(find);
    } else if (query instanceof Query.ListDeadLetters list) {
      answer = webhooks.deadLetters(list);
    } else if (query instanceof Query.FindStreamEnd find) {
      answer = streams.end(find);
    } else {
      answer = reads.events((Query.ListEvents) query);
    }
    return answer.onFailure(
        failure ->
            log.atWarn()
                .addKeyValue("query", query.getClass().getSimpleName())
                .log("a query failed: " + failure.getMessage()));
  }

  @Override
  public Future<?> stop() {
    retentions.forEach(Retention::stop);
    watch.stop();
    publisher.stop();
    List<Future<Void>> stopping = new ArrayList<>();
    registrations.forEach(registration -> stopping.add(registration.stop()));
    stopping.add(steers.close());
    return Future.join(stopping);
  }
}
