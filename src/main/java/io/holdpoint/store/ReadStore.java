package io.holdpoint.store;

import static io.holdpoint.store.Statements.statement;

import io.holdpoint.task.Answer;
import io.holdpoint.task.ChangeTask;
import io.holdpoint.task.ChangeTask.Step;
import io.holdpoint.task.Instance;
import io.holdpoint.task.Node;
import io.holdpoint.task.Query;
import io.holdpoint.task.StepAction;
import io.holdpoint.task.TaskEvent;
import io.holdpoint.task.Term;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Function;

/** Answers the queries, always from the primary. Futures fail with a {@link StoreException}. */
public final class ReadStore {
  private static final String FIND_INSTANCE = statement("find_instance");
  private static final String LIST_INSTANCES = statement("list_instances");
  private static final String COUNT_INSTANCES = statement("count_instances");
  private static final String NODES_OF_INSTANCES = statement("nodes_of_instances");
  private static final String NEWEST_TASKS = statement("newest_tasks");
  private static final String STEPS_OF_TASKS = statement("steps_of_tasks");
  private static final String TYPICAL_DURATIONS = statement("typical_durations");
  private static final String FIND_OUTPUT = statement("find_output");
  private static final String LIST_EVENTS = statement("list_events");
  private static final String STEPS_STARTED_AFTER_ACK = statement("steps_started_after_ack");
  private static final String DATABASE_TIME = statement("database_time");
  private static final String SCHEMA_VERSION = statement("schema_version");
  private static final String SCHEMA_OLDEST_BUILD = statement("schema_oldest_build");

  private final Database database;

  public ReadStore(Database database) {
    this.database = database;
  }

  public Future<Answer> describe(Query.DescribeInstance query) {
    return with(
        connection ->
            rows(connection, FIND_INSTANCE, Tuple.of(query.accountId(), query.instanceId()))
                .compose(found -> assemble(connection, query.accountId(), found, true))
                .map(
                    found ->
                        found.isEmpty()
                            ? new Answer.NotFound()
                            : new Answer.Described(found.get(0))));
  }

  public Future<Answer> list(Query.ListInstances query) {
    Tuple page =
        filter(
            Tuple.of(query.accountId(), (long) query.size(), (query.page() - 1L) * query.size()),
            query);
    Tuple all = filter(Tuple.of(query.accountId()), query);
    return with(
        connection ->
            rows(connection, COUNT_INSTANCES, all)
                .compose(
                    counted ->
                        rows(connection, LIST_INSTANCES, page)
                            .compose(found -> assemble(connection, query.accountId(), found, false))
                            .map(
                                found ->
                                    new Answer.Listed(
                                        found, counted.iterator().next().getLong("total")))));
  }

  private static Tuple filter(Tuple arguments, Query.ListInstances query) {
    return arguments
        .addString(query.description())
        .addString(query.instanceId())
        .addString(query.version())
        .addString(query.resourceGroupId());
  }

  public Future<Answer> events(Query.ListEvents query) {
    Tuple arguments =
        Tuple.of(
            query.accountId(), query.instanceId(), query.taskId(), query.after(), query.limit());
    return with(
        connection ->
            rows(connection, FIND_INSTANCE, Tuple.of(query.accountId(), query.instanceId()))
                .compose(
                    found ->
                        found.size() == 0
                            ? Future.succeededFuture(new Answer.NotFound())
                            : rows(connection, LIST_EVENTS, arguments)
                                .map(events -> history(query, events))));
  }

  private static Answer history(Query.ListEvents query, RowSet<Row> rows) {
    List<TaskEvent> events = new ArrayList<>(rows.size());
    for (Row row : rows) {
      events.add(Rows.event(query.accountId(), query.instanceId(), row));
    }
    return new Answer.History(events);
  }

  public Future<Answer> output(Query.StepOutput query) {
    Tuple arguments = Tuple.of(query.accountId(), query.instanceId(), query.step());
    return with(
        connection ->
            rows(connection, FIND_INSTANCE, Tuple.of(query.accountId(), query.instanceId()))
                .compose(
                    found ->
                        found.size() == 0
                            ? Future.succeededFuture(new Answer.NotFound())
                            : rows(connection, FIND_OUTPUT, arguments).map(ReadStore::output)));
  }

  private static Answer output(RowSet<Row> rows) {
    for (Row row : rows) {
      return new Answer.Output(row.getString("output"), Rows.instant(row, "updated_at"));
    }
    return new Answer.Output("", null);
  }

  /** Steps begun in a span of database time although their task was suspended; 0 is the promise. */
  public Future<Long> stepsStartedAfterAck(Instant from, Instant to) {
    Tuple span = Tuple.of(from.atOffset(ZoneOffset.UTC), to.atOffset(ZoneOffset.UTC));
    return with(connection -> rows(connection, STEPS_STARTED_AFTER_ACK, span))
        .map(rows -> rows.iterator().next().getLong("steps"));
  }

  public Future<Instant> databaseTime() {
    return with(connection -> rows(connection, DATABASE_TIME, Tuple.tuple()))
        .map(rows -> Rows.instant(rows.iterator().next(), "now"));
  }

  /** The version of the schema in the database, as its newest migration is numbered. */
  public Future<SchemaVersion> schemaVersion() {
    return with(
        connection ->
            rows(connection, SCHEMA_VERSION, Tuple.tuple())
                .compose(
                    rows -> {
                      String version =
                          rows.size() > 0
                              ? rows.iterator().next().getString(0)
                              : SchemaVersion.NONE;
                      return SchemaVersion.isNewer(version)
                          ? oldestBuild(connection)
                              .map(oldest -> new SchemaVersion(version, oldest))
                          : Future.succeededFuture(new SchemaVersion(version, null));
                    }));
  }

  private static Future<String> oldestBuild(SqlConnection connection) {
    return rows(connection, SCHEMA_OLDEST_BUILD, Tuple.tuple())
        .map(rows -> rows.iterator().next().getString(0));
  }

  /**
   * @param estimating with what steps of the kind typically take, one more question per instance
   */
  private Future<List<Instance>> assemble(
      SqlConnection connection, String accountId, RowSet<Row> found, boolean estimating) {
    String[] ids = new String[found.size()];
    int i = 0;
    for (Row row : found) {
      ids[i++] = row.getString("instance_id");
    }
    if (ids.length == 0) {
      return Future.succeededFuture(List.of());
    }
    Tuple wanted = Tuple.tuple().addString(accountId).addArrayOfString(ids);
    return rows(connection, NODES_OF_INSTANCES, wanted)
        .compose(
            nodes ->
                tasks(connection, accountId, wanted, estimating)
                    .map(tasks -> join(accountId, found, nodes, tasks)));
  }

  private static List<Instance> join(
      String accountId, RowSet<Row> found, RowSet<Row> nodeRows, Map<String, ChangeTask> tasks) {
    Map<String, List<Node>> nodes = new HashMap<>();
    for (Row row : nodeRows) {
      String instanceId = row.getString("instance_id");
      nodes
          .computeIfAbsent(instanceId, key -> new ArrayList<>())
          .add(Rows.node(accountId, instanceId, row));
    }
    List<Instance> instances = new ArrayList<>(found.size());
    for (Row row : found) {
      String id = row.getString("instance_id");
      instances.add(
          Rows.instance(accountId, row, nodes.getOrDefault(id, List.of()), tasks.get(id)));
    }
    return instances;
  }

  private Future<Map<String, ChangeTask>> tasks(
      SqlConnection connection, String accountId, Tuple wanted, boolean estimating) {
    return rows(connection, NEWEST_TASKS, wanted)
        .compose(
            taskRows -> {
              UUID[] ids = new UUID[taskRows.size()];
              int i = 0;
              for (Row row : taskRows) {
                ids[i++] = row.getUUID("task_id");
              }
              Tuple ofTasks = Tuple.tuple().addString(accountId).addArrayOfUUID(ids);
              return rows(connection, STEPS_OF_TASKS, ofTasks)
                  .compose(
                      steps ->
                          typical(connection, accountId, taskRows, estimating)
                              .map(typical -> tasks(taskRows, steps, typical)));
            });
  }

  private static Future<Map<StepAction, Long>> typical(
      SqlConnection connection, String accountId, RowSet<Row> taskRows, boolean estimating) {
    if (!estimating || taskRows.size() != 1) {
      return Future.succeededFuture(Map.of());
    }
    Row task = taskRows.iterator().next();
    Tuple kind = Tuple.of(accountId, task.getString("instance_id"), task.getString("change"));
    return rows(connection, TYPICAL_DURATIONS, kind)
        .map(
            found -> {
              Map<StepAction, Long> typical = new EnumMap<>(StepAction.class);
              for (Row row : found) {
                typical.put(
                    Term.parse(StepAction.class, row.getString("action")),
                    row.getLong("typical_ms"));
              }
              return typical;
            });
  }

  private static Map<String, ChangeTask> tasks(
      RowSet<Row> taskRows, RowSet<Row> stepRows, Map<StepAction, Long> typical) {
    Map<UUID, List<Step>> steps = new HashMap<>();
    for (Row row : stepRows) {
      steps.computeIfAbsent(row.getUUID("task_id"), key -> new ArrayList<>()).add(Rows.step(row));
    }
    Map<String, ChangeTask> tasks = new HashMap<>();
    for (Row row : taskRows) {
      List<Step> own = steps.getOrDefault(row.getUUID("task_id"), List.of());
      tasks.put(row.getString("instance_id"), Rows.task(row, own, typical));
    }
    return tasks;
  }

  private <T> Future<T> with(Function<SqlConnection, Future<T>> work) {
    return database
        .questions()
        .withConnection(work)
        .recover(failure -> Future.failedFuture(StoreException.of(failure)));
  }

  private static Future<RowSet<Row>> rows(SqlConnection connection, String sql, Tuple arguments) {
    return connection.preparedQuery(sql).execute(arguments);
  }
}
