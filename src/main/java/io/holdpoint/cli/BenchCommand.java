package io.holdpoint.cli;

import io.holdpoint.bench.BenchDocument;
import io.holdpoint.bench.BenchPicture;
import io.holdpoint.bench.BenchPlan;
import io.holdpoint.bench.BenchResult;
import io.holdpoint.bench.BenchTable;
import io.holdpoint.bench.Benchmark;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

/** Measures the interrupt path against the statement alone, and checks what was acknowledged. */
@Command(
    name = "bench",
    description = {
      "Measures interrupts through real services against the same statement sent alone over plain"
          + " connections, in turns, on one database; then looks every acknowledged result up.",
      "Exit code 1 when one of them is not there as it was acknowledged, or an answer was wrong."
    })
final class BenchCommand implements Runnable {
  private static final long STOP_SECONDS = 60;

  @ParentCommand private HoldpointCommand parent;

  @Option(names = "--quick", description = "Ends in under ten minutes.")
  private boolean quick;

  @Option(names = "--json", paramLabel = "FILE", description = "Writes all figures there.")
  private @Nullable Path json;

  @Option(names = "--svg", paramLabel = "FILE", description = "Writes a picture there.")
  private @Nullable Path svg;

  @Option(
      names = "--database",
      paramLabel = "URI",
      defaultValue = "",
      description =
          "An empty database to fill, with its owner's login; without, an embedded one for the"
              + " time of the run.")
  private String database;

  @Option(names = "--rounds", paramLabel = "N", description = "Each runs every scenario once.")
  private int rounds;

  @Option(names = "--window", paramLabel = "MS", description = "What is measured of a pass.")
  private int window;

  @Option(names = "--instances", paramLabel = "N", description = "Made before the first pass.")
  private int instances;

  @Option(
      names = "--grown-instances",
      paramLabel = "N",
      description = "After the rounds, grows to so many and measures the main scenarios again.")
  private int grownInstances;

  @Option(names = "--grown-tokens", paramLabel = "N", description = "Further tokens then.")
  private long grownTokens;

  @Option(
      names = "--only",
      paramLabel = "REGEX",
      defaultValue = "",
      description = "Only scenarios whose name has it, as in raw|interrupt_c1_.")
  private Pattern only;

  @Option(names = "--tokens", paramLabel = "N", description = "Made before the first pass.")
  private long tokens;

  @Override
  public void run() {
    if (System.getenv("HOLDPOINT_LOG_LEVEL") == null) {
      System.setProperty("HOLDPOINT_LOG_LEVEL", "WARN");
    }
    BenchPlan plan =
        (quick ? BenchPlan.quick() : BenchPlan.full())
            .with(rounds, window, instances, tokens)
            .grownTo(grownInstances, grownTokens)
            .only(only);
    Path directory = Directories.fresh("holdpoint-bench");
    Benchmark benchmark =
        new Benchmark(plan, database, directory, line -> parent.err().println(line));
    CountDownLatch over = new CountDownLatch(1);
    // For Ctrl-C: what runs is ended here, and what is just being started where it is started.
    Runtime.getRuntime()
        .addShutdownHook(
            new Thread(
                () -> {
                  benchmark.close();
                  await(over);
                },
                "holdpoint-stop"));
    try {
      BenchResult result = benchmark.run();
      parent.out().print(BenchTable.of(result));
      write(json, BenchDocument.of(result).encodePrettily());
      write(svg, BenchPicture.of(result));
      parent.end(result.holds() ? 0 : HoldpointCommand.BROKEN);
    } finally {
      benchmark.close();
      Directories.delete(directory);
      over.countDown();
    }
  }

  private void await(CountDownLatch over) {
    try {
      if (!over.await(STOP_SECONDS, TimeUnit.SECONDS)) {
        parent.err().println("holdpoint: the benchmark did not end in time");
      }
    } catch (InterruptedException hurried) {
      Thread.currentThread().interrupt();
    }
  }

  private static void write(@Nullable Path file, String text) {
    if (file != null) {
      try {
        Files.writeString(file, text);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
