package io.holdpoint.bench;

import static io.holdpoint.store.Statements.statement;

import io.holdpoint.store.Database;
import io.holdpoint.store.StartException;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.pgclient.PgConnection;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.Tuple;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;

/** The data set and what is looked up in it; blocking, one connection with the owner's login. */
final class BenchDatabase implements AutoCloseable {
  private static final int PORTION = 100_000;
  private static final int TOKENS = 20_000;

  /** The version of PostgreSQL that moved this count to another view. */
  private static final int FLUSHES_IN_IO = 18;

  private final PgConnection connection;
  private int instances;

  BenchDatabase(Vertx vertx, String ownerUri) {
    PgConnectOptions options =
        Database.commandOptions(ownerUri).addProperty("enable_seqscan", "on");
    connection = await(PgConnection.connect(vertx, options));
    if (!row(statement("bench_is_empty")).getBoolean("empty")) {
      throw new StartException(
          "the benchmark fills its database: give it an empty one of its own, not one in use");
    }
  }

  /** Instances up to {@code count}, each with a task that runs. */
  void grow(int count) {
    for (int first = instances; first < count; first += PORTION) {
      Tuple bounds = Tuple.of((long) first, (long) Math.min(count, first + PORTION) - 1);
      execute(statement("bench_instances"), bounds);
      execute(statement("bench_tasks"), bounds);
    }
    instances = count;
    execute(statement("bench_vacuum_tasks"), Tuple.tuple());
    execute(statement("bench_vacuum_instances"), Tuple.tuple());
  }

  /** Further tokens of other days. */
  void addTokens(long count) {
    for (long done = 0; done < count; done += PORTION) {
      execute(statement("bench_tokens"), Tuple.of(Math.min(PORTION, count - done)));
    }
    execute(statement("bench_vacuum_commands"), Tuple.tuple());
  }

  /** Those of {@link #addTokens} that are not purged yet. */
  long oldTokens() {
    return row(statement("bench_old_tokens")).getLong("tokens");
  }

  int instances() {
    return instances;
  }

  /** All tasks run again. */
  void runAgain() {
    execute(statement("bench_run_again"), Tuple.tuple());
    execute(statement("bench_vacuum_tasks"), Tuple.tuple());
  }

  /** Bytes of the write-ahead log so far. */
  long walBytes() {
    return row(statement("bench_counters")).getLong("wal_bytes");
  }

  /** Flushes of the write-ahead log so far. */
  long flushes() {
    boolean counted = connection.databaseMetadata().majorVersion() >= FLUSHES_IN_IO;
    String sql = counted ? statement("bench_flushes") : statement("bench_flushes_before_18");
    return row(sql).getLong("flushes");
  }

  String version() {
    return row(statement("bench_counters")).getString("version").replaceFirst(" on .*", "");
  }

  /** The server's first process; empty when it runs elsewhere. */
  Optional<ProcessHandle> server() {
    return ProcessHandle.of(row(statement("bench_counters")).getInteger("process"))
        .flatMap(ProcessHandle::parent);
  }

  /** Looks up everything that was acknowledged in a pass. */
  Effects effects(LoadOrder order) {
    List<String> tokens = new ArrayList<>();
    List<String> results = new ArrayList<>();
    Effects found = Effects.NONE;
    try (BufferedReader lines =
        Files.newBufferedReader(Path.of(order.acknowledged()), StandardCharsets.US_ASCII)) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        int tab = line.indexOf('\t');
        tokens.add(line.substring(0, tab));
        results.add(line.substring(tab + 1));
        if (tokens.size() == TOKENS) {
          found = found.plus(lookUp(tokens, results));
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    found = found.plus(lookUp(tokens, results));
    if (order.mix() == Mix.REPLAY || order.mix() == Mix.UNKNOWN) {
      return found;
    }
    Row row = one(statement("bench_effects"), Tuple.of(order.prefix(), order.prefix() + '~'));
    long applied = row.getLong("applied");
    // Only where nothing resumes is the interrupt a task's latest change.
    long transitions = order.mix() == Mix.INTERRUPT ? row.getLong("transitions") : applied;
    return found.plus(new Effects(0, 0, 0, applied, row.getLong("events"), transitions));
  }

  private Effects lookUp(List<String> tokens, List<String> results) {
    Tuple arguments =
        Tuple.tuple()
            .addArrayOfString(tokens.toArray(String[]::new))
            .addArrayOfString(results.toArray(String[]::new));
    Row row = one(statement("bench_acknowledged"), arguments);
    Effects effects =
        new Effects(tokens.size(), row.getLong("missing"), row.getLong("different"), 0, 0, 0);
    tokens.clear();
    results.clear();
    return effects;
  }

  private Row row(String sql) {
    return one(sql, Tuple.tuple());
  }

  private Row one(String sql, Tuple arguments) {
    return execute(sql, arguments).iterator().next();
  }

  private RowSet<Row> execute(String sql, Tuple arguments) {
    return await(connection.preparedQuery(sql).execute(arguments));
  }

  private static <T> T await(Future<T> future) {
    try {
      return future.toCompletionStage().toCompletableFuture().get();
    } catch (ExecutionException failure) {
      throw new StartException("the database: " + failure.getCause().getMessage(), failure);
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(stopped);
    }
  }

  @Override
  public void close() {
    await(connection.close());
  }
}
