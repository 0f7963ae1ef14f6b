package io.holdpoint.store;

import static io.holdpoint.store.Statements.statement;

import io.holdpoint.task.Answer;
import io.holdpoint.task.Query;
import io.holdpoint.task.StreamEnd;
import io.holdpoint.task.StreamEntry;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.util.ArrayList;
import java.util.List;

/** The stream over all tasks of an account. Futures fail with a {@link StoreException}. */
public final class StreamStore {
  private static final String PUBLISH_STREAM = statement("publish_stream");
  private static final String LOCK_STREAM = statement("lock_stream");
  private static final String FIND_STREAM_SERVER = statement("find_stream_server");
  private static final String ADOPT_STREAM = statement("adopt_stream");
  private static final String RENAME_MESSAGES = statement("rename_messages");
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
   * @param adopted whether it found the database brought from another server, and made it this
   *     one's
   */
  public record Published(String seen, List<StreamEnd> ends, boolean adopted) {
    public Published {
      ends = List.copyOf(ends);
    }
  }

  /**
   * Gives positions to every event that was committed since {@code seen}, unless somebody else did
   * meanwhile. The first one after the database was brought from another server, as a restore from
   * a dump does, gives them to every event without one.
   */
  public Future<Published> publish(String seen) {
    return database.stream()
        .withConnection(
            connection -> connection.preparedQuery(PUBLISH_STREAM).execute(Tuple.of(seen)))
        .compose(
            rows ->
                rows.iterator().next().getString("seen") == null
                    ? adopt()
                    : Future.succeededFuture(published(rows, false)))
        .recover(failure -> Future.failedFuture(StoreException.of(failure)));
  }

  /** Of several that try, one does; the others learn nothing and look again. */
  private Future<Published> adopt() {
    return database.stream()
        .withTransaction(
            connection ->
                connection
                    .query(LOCK_STREAM)
                    .execute()
                    .compose(locked -> connection.query(FIND_STREAM_SERVER).execute())
                    .compose(found -> adopt(connection, found.iterator().next())));
  }

  private static Future<Published> adopt(SqlConnection connection, Row server) {
    if (!server.getBoolean("foreign")) {
      return Future.succeededFuture(new Published(NOTHING_SEEN, List.of(), false));
    }
    return connection
        .preparedQuery(ADOPT_STREAM)
        .execute(Tuple.of(server.getString("seen"), server.getString("since")))
        .compose(
            rows ->
                connection.query(RENAME_MESSAGES).execute().map(renamed -> published(rows, true)));
  }

  private static Published published(RowSet<Row> rows, boolean adopted) {
    String seen = NOTHING_SEEN;
    List<StreamEnd> ends = new ArrayList<>();
    for (Row row : rows) {
      seen = row.getString("seen");
      Long position = row.getLong("position");
      if (position != null) {
        ends.add(new StreamEnd(row.getString("account_id"), position));
      }
    }
    return new Published(seen, ends, adopted);
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
