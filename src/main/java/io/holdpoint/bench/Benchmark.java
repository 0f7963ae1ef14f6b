package io.holdpoint.bench;

import io.holdpoint.store.EmbeddedServer;
import io.holdpoint.store.Migrations;
import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.function.Consumer;

/** A whole run, from an empty database to the figures. */
public final class Benchmark implements AutoCloseable {
  /** What the data set needs to be in memory, for both sides; everything else is as shipped. */
  private static final Map<String, String> SIZES =
      Map.of("shared_buffers", "1GB", "max_wal_size", "4GB");

  private final BenchPlan plan;
  private final Consumer<String> progress;
  private final BenchDatabase database;
  private final ServiceProcess unsigned;
  private final ServiceProcess signed;
  private final Pass pass;
  private final Deque<Runnable> closing = new ConcurrentLinkedDeque<>();

  /**
   * @param databaseUri of an empty database, with its owner's login; empty takes an embedded one
   * @param directory for what is needed meanwhile; the embedded database lives there
   * @param progress is told what is done now
   */
  public Benchmark(BenchPlan plan, String databaseUri, Path directory, Consumer<String> progress) {
    this.plan = plan;
    this.progress = progress;
    try {
      Vertx vertx = Vertx.vertx();
      closing.push(() -> vertx.close().toCompletionStage().toCompletableFuture().join());
      String owner = databaseUri;
      String runtime = databaseUri;
      if (databaseUri.isEmpty()) {
        EmbeddedServer embedded = EmbeddedServer.start(directory.resolve("data"), SIZES);
        closing.push(embedded::close);
        owner = embedded.ownerUri();
        runtime = embedded.runtimeUri();
      }
      Migrations.migrate(owner, runtime);
      database = new BenchDatabase(vertx, owner);
      closing.push(database::close);
      unsigned = new ServiceProcess(runtime, false);
      closing.push(unsigned::close);
      signed = new ServiceProcess(runtime, true);
      closing.push(signed::close);
      GeneratorProcess generator = new GeneratorProcess();
      closing.push(generator::close);
      pass =
          new Pass(database, generator, this::service, runtime, directory.resolve("acknowledged"));
    } catch (RuntimeException failure) {
      close();
      throw failure;
    }
  }

  private Optional<ServiceProcess> service(Scenario scenario) {
    if (scenario.raw()) {
      return Optional.empty();
    }
    return Optional.of(scenario.scheme() == null ? unsigned : signed);
  }

  /** Everything, in the order that the plan says. */
  public BenchResult run() {
    progress.accept(
        "%,d instances, each with a running task; %,d tokens"
            .formatted(plan.instances(), plan.tokens()));
    database.grow(plan.instances());
    database.addTokens(plan.tokens());
    progress.accept("warming up");
    pass.run(Scenario.closed(null, Mix.INTERRUPT, 64), plan.warmUpMillis());
    pass.run(plan.warmUp(), plan.warmUpMillis());
    Summary summary = rounds("", plan.scenarios());
    Summary grown = plan.grownInstances() == 0 ? new Summary(List.of()) : grow();
    return new BenchResult(
        summary,
        grown,
        Machine.describe(database.version()),
        unsigned.startMillis(),
        plan.instances(),
        plan.tokens());
  }

  private Summary grow() {
    progress.accept(
        "growing to %,d instances and %,d more tokens"
            .formatted(plan.grownInstances(), plan.grownTokens()));
    database.grow(Math.max(plan.instances(), plan.grownInstances()));
    database.addTokens(plan.grownTokens());
    pass.beginAnew();
    return rounds("grown, ", Scenario.grown());
  }

  private Summary rounds(String prefix, List<Scenario> scenarios) {
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
    return new Summary(rounds);
  }

  /** Ends all that was started, the latest first; a second call finds nothing to do. */
  @Override
  public void close() {
    for (Runnable next = closing.poll(); next != null; next = closing.poll()) {
      next.run();
    }
  }
}
