package io.holdpoint.store;

import static io.holdpoint.store.Statements.statement;

import io.holdpoint.task.Assignment;
import io.holdpoint.task.Assignment.Planned;
import io.holdpoint.task.ChangeDocument;
import io.holdpoint.task.Direction;
import io.holdpoint.task.Node;
import io.holdpoint.task.StepAction;
import io.holdpoint.task.StepClaim;
import io.holdpoint.task.StepState;
import io.holdpoint.task.Term;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.util.ArrayList;
import java.util.List;

/** Reads what a worker needs beside its claim. Futures fail with a {@link StoreException}. */
public final class AssignmentStore {
  private static final String NODES_OF_INSTANCES = statement("nodes_of_instances");
  private static final String CHANGE_OF_TASK = statement("change_of_task");
  private static final String STEPS_AROUND = statement("steps_around");

  private final Database database;

  public AssignmentStore(Database database) {
    this.database = database;
  }

  /** The nodes and the change stay as they are while the task is unfinished. */
  public Future<Assignment> of(StepClaim claim) {
    Tuple instance =
        Tuple.of(claim.accountId()).addArrayOfString(new String[] {claim.instanceId()});
    Tuple task = Tuple.of(claim.accountId(), claim.taskId());
    Tuple around = Tuple.of(claim.accountId(), claim.taskId(), claim.nodeId());
    return database
        .work()
        .withConnection(
            connection ->
                rows(connection, NODES_OF_INSTANCES, instance)
                    .compose(
                        nodes ->
                            rows(connection, CHANGE_OF_TASK, task)
                                .compose(
                                    change ->
                                        rows(connection, STEPS_AROUND, around)
                                            .map(steps -> read(claim, nodes, change, steps)))))
        .recover(failure -> Future.failedFuture(StoreException.of(failure)));
  }

  private static Assignment read(
      StepClaim claim, RowSet<Row> nodeRows, RowSet<Row> change, RowSet<Row> stepRows) {
    List<Node> nodes = new ArrayList<>(nodeRows.size());
    for (Row row : nodeRows) {
      nodes.add(Rows.node(claim.accountId(), claim.instanceId(), row));
    }
    List<Planned> steps = new ArrayList<>(stepRows.size());
    for (Row row : stepRows) {
      steps.add(planned(row));
    }
    String parameters = change.iterator().next().getString("parameters");
    return new Assignment(nodes, ChangeDocument.read(new JsonObject(parameters).getMap()), steps);
  }

  private static Planned planned(Row row) {
    return new Planned(
        row.getInteger("step"),
        row.getInteger("wave"),
        Term.parse(Direction.class, row.getString("direction")),
        Term.parse(StepAction.class, row.getString("action")),
        row.getString("node_id"),
        Term.parse(StepState.class, row.getString("state")),
        row.getInteger("attempt"),
        row.getBoolean("bad"),
        row.getString("checkpoint"));
  }

  private static Future<RowSet<Row>> rows(SqlConnection connection, String sql, Tuple arguments) {
    return connection.preparedQuery(sql).execute(arguments);
  }
}
