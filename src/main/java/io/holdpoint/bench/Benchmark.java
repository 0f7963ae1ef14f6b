package io.holdpoint.bench;

import io.holdpoint.auth.SignatureScheme;
import io.holdpoint.store.EmbeddedServer;
import io.holdpoint.store.Migrations;
import io.holdpoint.store.StartException;
import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** A whole run, from an empty database to the figures. */
public final class Benchmark implements AutoCloseable {
  /**
   * What the data set needs to be in memory, for both sides, and connections for all services
   * beside the raw line; everything else is as shipped.
   */
  private static final Map<String, String> SIZES =
      Map.of("shared_buffers", "1GB", "max_wal_size", "4GB", "max_connections", "200");

  private static final Summary NOTHING = new Summary(List.of());

  /** What a service is warmed up with. */
  private static final int WARM_UP_CONNECTIONS = 64;

  private final BenchPlan plan;
  private final String databaseUri;
  private final Path directory;
  private final Consumer<String> progress;
  private final Deque<Runnable> closing = new ArrayDeque<>();
  private boolean closed;

  /**
   * Starts nothing yet.
   *
   * @param databaseUri of an empty database, with its owner's login; empty takes an embedded one
   * @param directory for what is needed meanwhile; the embedded database lives there
   * @param progress is told what is done now
   */
  public Benchmark(BenchPlan plan, String databaseUri, Path directory, Consumer<String> progress) {
    this.plan = plan;
    this.databaseUri = databaseUri;
    this.directory = directory;
    this.progress = progress;
  }

  /**
   * Everything, in the order that the plan says; blocking. What it starts runs until {@link
   * #close}, which any thread may call.
   *
   * @throws StartException when something cannot be started, or this was closed
   */
  public BenchResult run() {
    Vertx vertx = Vertx.vertx();
    started(() -> vertx.close().toCompletionStage().toCompletableFuture().join());
    String owner = databaseUri;
    String runtime = databaseUri;
    if (databaseUri.isEmpty()) {
      EmbeddedServer embedded = EmbeddedServer.start(directory.resolve("data"), SIZES);
      started(embedded::close);
      owner = embedded.ownerUri();
      runtime = embedded.runtimeUri();
    }
    Migrations.migrate(owner, runtime);
    BenchDatabase database = new BenchDatabase(vertx, owner);
    started(database::close);
    Services services = new Services(runtime, directory, this::started);
    GeneratorProcess generator = new GeneratorProcess();
    started(generator::close);
    Pass pass = new Pass(database, generator, services, runtime, directory.resolve("acknowledged"));
    return measure(database, pass, services);
  }

  private BenchResult measure(BenchDatabase database, Pass pass, Services services) {
    progress.accept(
        "%,d instances, each with a running task; %,d tokens"
            .formatted(plan.instances(), plan.tokens()));
    database.grow(plan.instances());
    database.addTokens(plan.tokens());
    progress.accept("warming up");
    pass.run(Scenario.closed(null, Mix.INTERRUPT, WARM_UP_CONNECTIONS), plan.warmUpMillis());
    pass.run(
        Scenario.closed(SignatureScheme.ACS3_HMAC_SHA256, Mix.INTERRUPT, WARM_UP_CONNECTIONS),
        plan.warmUpMillis());
    int nodes = plan.scenarios().stream().mapToInt(Scenario::nodes).max().orElse(1);
    if (nodes > 1) {
      pass.run(Scenario.spread(WARM_UP_CONNECTIONS, nodes), plan.warmUpMillis());
    }
    Summary summary = new Summary(rounds(pass, "", plan.unclustered()));
    Summary clustered = clusters(pass, services);
    Summary grown = plan.grownInstances() == 0 ? NOTHING : grow(database, pass);
    long tokens = database.oldTokens();
    Summary purging = plan.grownTokens() == 0 ? NOTHING : purge(pass, services);
    return new BenchResult(
        summary,
        clustered,
        grown,
        purging,
        tokens - database.oldTokens(),
        Machine.describe(database.version()),
        services.startMillis(),
        plan.instances(),
        plan.tokens());
  }

  /** Each cluster and as many nodes without one take turns, in rounds of their own. */
  private Summary clusters(Pass pass, Services services) {
    List<List<Measurement>> rounds = new ArrayList<>();
    for (Scenario scenario : plan.clustered()) {
      progress.accept("starting a cluster of %d nodes".formatted(scenario.nodes()));
      pass.run(Scenario.clustered(WARM_UP_CONNECTIONS, scenario.nodes()), plan.warmUpMillis());
      rounds.addAll(rounds(pass, "one bus, ", List.of(scenario.unclustered(), scenario)));
    }
    services.endCluster();
    return new Summary(rounds);
  }

  private Summary grow(BenchDatabase database, Pass pass) {
    progress.accept(
        "growing to %,d instances and %,d more tokens"
            .formatted(plan.grownInstances(), plan.grownTokens()));
    database.grow(Math.max(plan.instances(), plan.grownInstances()));
    database.addTokens(plan.grownTokens());
    pass.beginAnew();
    pass.run(Scenario.closed(null, Mix.INTERRUPT, WARM_UP_CONNECTIONS), plan.warmUpMillis());
    return new Summary(rounds(pass, "grown, ", Scenario.grown()));
  }

  private Summary purge(Pass pass, Services services) {
    progress.accept("purging the old tokens meanwhile");
    services.purge();
    pass.run(Scenario.closed(null, Mix.INTERRUPT, WARM_UP_CONNECTIONS), plan.warmUpMillis());
    return new Summary(rounds(pass, "purging, ", Scenario.purging()));
  }

  private List<List<Measurement>> rounds(Pass pass, String prefix, List<Scenario> scenarios) {
    List<List<Measurement>> rounds = new ArrayList<>();
    for (int round = 1; round <= plan.rounds(); round++) {
      List<Measurement> passes = new ArrayList<>();
      for (Scenario scenario : scenarios) {
        Measurement measured = pass.run(scenario, plan.millis());
        passes.add(measured);
        progress.accept("%sround %d, %s".formatted(prefix, round, BenchTable.line(measured)));
      }
      rounds.add(passes);
    }
    return rounds;
  }

  private synchronized void started(Runnable end) {
    if (closed) {
      end.run();
      throw new StartException("the benchmark was stopped");
    }
    closing.push(end);
  }

  /** Ends all that was started, the latest first; a second call finds nothing to do. */
  @Override
  public synchronized void close() {
    closed = true;
    while (!closing.isEmpty()) {
      closing.pop().run();
    }
  }
}
