package io.holdpoint.bench;

import io.holdpoint.store.StartException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/** Runs one scenario once: makes its requests, measures, looks up what was acknowledged. */
final class Pass {
  private static final int WARM_UP_MILLIS = 500;

  /** More than can be answered in a second. */
  private static final long FASTEST = 70_000;

  private static final long FASTEST_RAW = 25_000;

  /** All are made and signed beforehand, some 700 bytes each; a pass ends early without more. */
  private static final long MOST = 400_000;

  private final BenchDatabase database;
  private final GeneratorProcess generator;
  private final Services services;
  private final String runtimeUri;
  private final Path acknowledged;
  private long cursor;
  private int number;
  private @Nullable LoadOrder latest;
  private long latestAnswered;

  Pass(
      BenchDatabase database,
      GeneratorProcess generator,
      Services services,
      String runtimeUri,
      Path acknowledged) {
    this.database = database;
    this.generator = generator;
    this.services = services;
    this.runtimeUri = runtimeUri;
    this.acknowledged = acknowledged;
  }

  Measurement run(Scenario scenario, int millis) {
    List<ServiceProcess> nodes = services.of(scenario);
    if (scenario.clustered()) {
      BenchCluster.awaitFormed(nodes);
    }
    LoadOrder order = order(scenario, millis);
    generator.prepare(order);
    List<ProcessHandle> measured = nodes.stream().map(ServiceProcess::handle).toList();
    Optional<ProcessHandle> server = database.server();
    long wal = database.walBytes();
    long flushes = database.flushes();
    long begun = System.nanoTime();
    ProcessorTime before = time(measured, server);
    LoadReport report = generator.run();
    ProcessorTime spent = time(measured, server).since(before);
    double seconds = (System.nanoTime() - begun) / 1e9;
    int members = scenario.clustered() ? BenchCluster.fewestSeen(nodes) : 0;
    generator.end();
    double walBytes = database.walBytes() - wal;
    Effects effects = database.effects(order);
    long flushed = database.flushes() - flushes;
    remember(scenario, order, report);
    double requests = Math.max(1, report.answered());
    return new Measurement(
        scenario,
        report.inWindow() / report.windowMillis() * 1e3,
        histogram(report.latencies()),
        histogram(report.refusalLatencies()),
        spent.service() / requests,
        spent.database() / requests,
        report.processorMicros() / requests,
        walBytes / requests,
        flushed / requests,
        measured.stream().mapToLong(Machine::residentMebibytes).sum(),
        members,
        spent.machine() < 0 ? -1 : Math.max(0, spent.machine() - spent.ours()) / 1e6 / seconds,
        report.answers(),
        report.late(),
        effects);
  }

  private ProcessorTime time(List<ProcessHandle> measured, Optional<ProcessHandle> server) {
    List<ProcessHandle> ours = new ArrayList<>(services.handles());
    ours.add(generator.handle());
    return ProcessorTime.now(measured, server, ours);
  }

  private LoadOrder order(Scenario scenario, int millis) {
    long fastest = scenario.raw() ? FASTEST_RAW : FASTEST;
    long rate = scenario.ratePerSecond() > 0 ? scenario.ratePerSecond() : fastest;
    int most = (int) Math.min(MOST, rate * (WARM_UP_MILLIS + millis) / 1_000);
    if (scenario.mix() == Mix.REPLAY) {
      return repeat(scenario, millis, most);
    }
    if (cursor + most > database.instances()) {
      beginAnew();
    }
    number++;
    return order(
        scenario, millis, "pass" + number + '-', cursor, Math.min(most, database.instances()));
  }

  /** All tasks run again; to be called, too, when there are more of them: their order changes. */
  void beginAnew() {
    database.runAgain();
    cursor = 0;
  }

  private LoadOrder repeat(Scenario scenario, int millis, int most) {
    LoadOrder first = latest;
    if (first == null) {
      throw new StartException("nothing was sent yet that could be repeated");
    }
    int count = (int) Math.min(most, latestAnswered);
    return order(scenario, millis, first.prefix(), first.firstInstance(), count);
  }

  private LoadOrder order(Scenario scenario, int millis, String prefix, long first, int most) {
    return new LoadOrder(
        services.of(scenario).stream().map(ServiceProcess::port).toList(),
        runtimeUri,
        scenario.scheme(),
        scenario.mix(),
        scenario.connections(),
        scenario.ratePerSecond(),
        scenario.overload(),
        WARM_UP_MILLIS,
        millis,
        prefix,
        first,
        database.instances(),
        most,
        acknowledged.toString());
  }

  private void remember(Scenario scenario, LoadOrder order, LoadReport report) {
    // What was turned away has no answer to repeat.
    if (order.mix() == Mix.INTERRUPT && !order.targets().isEmpty() && !scenario.overload()) {
      latest = order;
      latestAnswered = report.answered();
    }
    if (order.mix() == Mix.INTERRUPT || order.mix() == Mix.MIXED) {
      cursor = order.firstInstance() + report.answered();
    }
  }

  private static Histogram histogram(String encoded) {
    return Histogram.decodeFromByteBuffer(ByteBuffer.wrap(Base64.getDecoder().decode(encoded)), 0);
  }
}
