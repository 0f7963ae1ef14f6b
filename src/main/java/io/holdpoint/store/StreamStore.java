package io.holdpoint.store;

import static io.holdpoint.store.Statements.statement;

import io.holdpoint.task.Answer;
import io.holdpoint.task.Query;
import io.holdpoint.task.StreamEnd;
import io.holdpoint.task.StreamEntry;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.Tuple;
import java.util.ArrayList;
import java.util.List;

/** The stream over all tasks of an account. Futures fail with a {@link StoreException}. */
public final class StreamStore {
  private static final String PUBLISH_STREAM = statement("publish_stream");
  private static final String READ_STREAM = statement("read_stream");
  private static final String STREAM_END = statement("stream_end");

  /** What a publisher that knows nothing names: it is told the truth and publishes nothing. */
  public static final String NOTHING_SEEN = "1:1:";

  private final Database database;

  public StreamStore(Database database) {
    this.database = database;
  }

  /**
   * What a publisher did.
   *
   * @param seen to be named the next time
   * @param ends of the accounts whose streams have grown
   */
  public record Published(String seen, List<StreamEnd> ends) {
    public Published {
      ends = List.copyOf(ends);
    }
  }

  /**
   * Gives positions to every event that was committed since {@code seen}, unless somebody else did
   * meanwhile.
   */
  public Future<Published> publish(String seen) {
    return database.stream()
        .withConnection(
            connection -> connection.preparedQuery(PUBLISH_STREAM).execute(Tuple.of(seen)))
        .map(StreamStore::published)
        .recover(failure -> Future.failedFuture(StoreException.of(failure)));
  }

  private static Published published(RowSet<Row> rows) {
    String seen = NOTHING_SEEN;
    List<StreamEnd> ends = new ArrayList<>();
    for (Row row : rows) {
      seen = row.getString("seen");
      Long position = row.getLong("position");
      if (position != null) {
        ends.add(new StreamEnd(row.getString("account_id"), position));
      }
    }
    return new Published(seen, ends);
  }

  public Future<Answer> read(Query.ReadStream query) {
    return ask(READ_STREAM, Tuple.of(query.accountId(), query.after(), query.limit()))
        .map(
            rows -> {
              List<StreamEntry> entries = new ArrayList<>(rows.size());
              for (Row row : rows) {
                entries.add(
                    new StreamEntry(
                        row.getLong("position"),
                        Rows.event(query.accountId(), row.getString("instance_id"), row)));
              }
              return new Answer.Streamed(entries);
            });
  }

  public Future<Answer> end(Query.FindStreamEnd query) {
    return ask(STREAM_END, Tuple.of(query.accountId()))
        .map(
            rows ->
                new Answer.FoundStreamEnd(
                    new StreamEnd(query.accountId(), rows.iterator().next().getLong("position"))));
  }

  private Future<RowSet<Row>> ask(String sql, Tuple arguments) {
    return database
        .questions()
        .withConnection(connection -> connection.preparedQuery(sql).execute(arguments))
        .recover(failure -> Future.failedFuture(StoreException.of(failure)));
  }
}
