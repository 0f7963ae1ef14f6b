package io.holdpoint.store;

import static io.holdpoint.store.Statements.statement;

import io.holdpoint.task.Answer;
import io.holdpoint.task.Command;
import io.holdpoint.task.Outcome;
import io.holdpoint.task.Outcome.Kind;
import io.holdpoint.task.ServiceNode;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/** The processes of this service, by database time. Futures fail with a {@link StoreException}. */
public final class ServiceNodeStore {
  private static final String SHOW = statement("show_service_node");
  private static final String REMOVE = statement("remove_service_node");
  private static final String FORGET = statement("forget_service_nodes");
  private static final String LIST = statement("list_service_nodes");
  private static final String DRAIN = statement("drain_service_node");

  private final Database database;
  private final NonceMemory nonces;
  private final long goneMillis;

  /**
   * @param gone a node that was silent for so long counts as gone
   */
  public ServiceNodeStore(Database database, Duration gone) {
    this.database = database;
    nonces = new NonceMemory(database);
    goneMillis = gone.toMillis();
  }

  /**
   * What a node is told when it shows itself.
   *
   * @param working how many nodes take steps now, this one among them unless it drains
   */
  public record Standing(boolean draining, int working) {}

  /** Says that a node is there. */
  public Future<Standing> show(UUID nodeId, String name, String version, boolean worker) {
    return work(SHOW, Tuple.of(nodeId, name, version, worker, goneMillis))
        .map(
            rows -> {
              Row row = rows.iterator().next();
              return new Standing(row.getBoolean("draining"), row.getInteger("working"));
            });
  }

  /** Says that a node has stopped. */
  public Future<Void> remove(UUID nodeId) {
    return work(REMOVE, Tuple.of(nodeId)).mapEmpty();
  }

  /** Removes those that died long ago. */
  public Future<Void> forget(Duration silent) {
    return work(FORGET, Tuple.of(silent.toMillis())).mapEmpty();
  }

  /** All nodes that were not forgotten, the oldest first. */
  public Future<Answer> list() {
    return database
        .questions()
        .withConnection(connection -> connection.preparedQuery(LIST).execute(Tuple.of(goneMillis)))
        .map(ServiceNodeStore::listed)
        .recover(failure -> Future.failedFuture(StoreException.of(failure)));
  }

  private static Answer listed(RowSet<Row> rows) {
    List<ServiceNode> nodes = new ArrayList<>(rows.size());
    for (Row row : rows) {
      nodes.add(
          new ServiceNode(
              row.getUUID("node_id"),
              row.getString("name"),
              row.getString("version"),
              row.getBoolean("worker"),
              row.getBoolean("draining"),
              Rows.instant(row, "started_at"),
              Rows.instant(row, "seen_at"),
              row.getBoolean("alive"),
              row.getInteger("leases")));
    }
    return new Answer.ServiceNodes(nodes);
  }

  /** Doing it again gives the same. */
  public Future<Outcome> drain(Command.DrainNode command) {
    Tuple arguments = Tuple.of(command.nodeId(), command.draining());
    return nonces.once(
        command.ticket(),
        connection ->
            connection
                .preparedQuery(DRAIN)
                .execute(arguments)
                .map(done -> Outcome.of(done.rowCount() == 0 ? Kind.NOT_FOUND : Kind.APPLIED)));
  }

  private Future<RowSet<Row>> work(String sql, Tuple arguments) {
    return database
        .work()
        .withConnection(connection -> connection.preparedQuery(sql).execute(arguments))
        .recover(failure -> Future.failedFuture(StoreException.of(failure)));
  }
}
