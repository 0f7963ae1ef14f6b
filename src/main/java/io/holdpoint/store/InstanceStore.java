package io.holdpoint.store;

import static io.holdpoint.store.Statements.statement;

import io.holdpoint.task.ChangeDocument;
import io.holdpoint.task.Command;
import io.holdpoint.task.EventKind;
import io.holdpoint.task.Node;
import io.holdpoint.task.Outcome;
import io.holdpoint.task.Outcome.Kind;
import io.holdpoint.task.Outcome.Refusal;
import io.holdpoint.task.Plan;
import io.holdpoint.task.Plan.PlannedStep;
import io.holdpoint.task.TaskEvent;
import io.holdpoint.task.TaskState;
import io.holdpoint.task.Ticket;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The rare commands: create an instance, start a change, replace the nodes. Each is atomic; create
 * and start are exactly-once per token, replacing the nodes gives the same when it is done again.
 * Futures fail with a {@link StoreException}; a conflict may be run again.
 */
public final class InstanceStore {
  private static final String FIND_COMMAND = statement("find_command");
  private static final String CREATE_INSTANCE = statement("create_instance");
  private static final String START_CHANGE = statement("start_change");
  private static final String LOCK_INSTANCE = statement("lock_instance");
  private static final String UNFINISHED_TASK = statement("unfinished_task");
  private static final String REMOVE_NODES = statement("remove_nodes");
  private static final String ADD_NODES = statement("add_nodes");

  private static final String KEEP_CREDENTIALS = statement("keep_credentials");

  private final Database database;
  private final NonceMemory nonces;

  public InstanceStore(Database database) {
    this.database = database;
    nonces = new NonceMemory(database);
  }

  /**
   * A change to start: the plan holds for one revision of the instance's nodes.
   *
   * @param revision of the instance's nodes
   */
  public record PlannedChange(UUID taskId, long revision, Plan plan) {}

  /**
   * What became of {@link #start}.
   *
   * @param revised the nodes changed since the plan was made: plan again
   */
  public record Started(boolean revised, Outcome outcome, @Nullable TaskEvent event) {}

  /** The outcome of an earlier command with this token: a replay, a mismatch, or empty. */
  public Future<Optional<Outcome>> find(Ticket ticket) {
    Tuple arguments =
        Tuple.of(ticket.accountId(), ticket.clientToken(), Buffer.buffer(ticket.fingerprint()));
    return database
        .questions()
        .withConnection(connection -> connection.preparedQuery(FIND_COMMAND).execute(arguments))
        .map(
            rows ->
                rows.size() == 0
                    ? Optional.<Outcome>empty()
                    : Optional.of(Outcomes.read(rows.iterator().next())))
        .recover(failure -> Future.failedFuture(StoreException.of(failure)));
  }

  public Future<Outcome> create(Command.Create command) {
    var instance = command.instance();
    Tuple arguments =
        ticket(command.ticket(), instance.instanceId())
            .addString(instance.version())
            .addString(instance.description())
            .addInteger(instance.nodeAmount())
            .addString(instance.specification())
            .addString(command.answer())
            .addArrayOfString(texts(instance.nodes(), Node::nodeId))
            .addArrayOfString(texts(instance.nodes(), Node::address))
            .addArrayOfString(texts(instance.nodes(), Node::driver));
    return nonces.once(
        command.ticket(),
        connection -> one(connection, CREATE_INSTANCE, arguments).map(Outcomes::read));
  }

  public Future<Started> start(Command.StartChange command, PlannedChange change) {
    List<PlannedStep> steps = change.plan().steps();
    Tuple arguments =
        ticket(command.ticket(), command.instanceId())
            .addString(command.ticket().principal())
            .addString(command.ticket().reason())
            .addUUID(change.taskId())
            .addString(command.change().kind().text())
            .addString(new JsonObject(ChangeDocument.write(command.change())).encode())
            .addLong(change.revision())
            .addString(command.answer())
            .addArrayOfInteger(steps.stream().map(PlannedStep::step).toArray(Integer[]::new))
            .addArrayOfInteger(steps.stream().map(PlannedStep::wave).toArray(Integer[]::new))
            .addArrayOfString(texts(steps, step -> step.direction().text()))
            .addArrayOfString(texts(steps, step -> step.action().text()))
            .addArrayOfString(texts(steps, PlannedStep::nodeId))
            .addInteger(change.plan().stepsInFirstWave())
            .addInteger(command.change().rollout().failureBudget());
    return nonces.once(
        command.ticket(),
        connection -> one(connection, START_CHANGE, arguments).map(row -> started(row, command)),
        Started::outcome,
        earlier -> new Started(false, earlier, null));
  }

  private static Started started(Row row, Command.StartChange command) {
    if (row.getString("outcome").equals("revised")) {
      return new Started(true, Outcome.of(Kind.UNAVAILABLE), null);
    }
    Outcome outcome = Outcomes.read(row);
    return new Started(
        false, outcome, outcome.kind() == Kind.APPLIED ? created(row, command, outcome) : null);
  }

  private static TaskEvent created(Row row, Command.StartChange command, Outcome outcome) {
    return new TaskEvent(
        command.ticket().accountId(),
        command.instanceId(),
        row.getUUID("task_id"),
        row.getLong("sequence"),
        EventKind.CREATED,
        null,
        TaskState.PENDING,
        outcome.epoch(),
        0,
        null,
        null,
        command.ticket().requestId(),
        command.ticket().principal(),
        command.ticket().reason(),
        null,
        Rows.instant(row, "at"));
  }

  /**
   * Replaces all nodes; refused while the instance has an unfinished task, or when a node names a
   * credential that is not stored.
   */
  public Future<Outcome> putNodes(Command.PutNodes command) {
    Tuple key = Tuple.of(command.ticket().accountId(), command.instanceId());
    return nonces.once(
        command.ticket(),
        connection ->
            connection
                .preparedQuery(LOCK_INSTANCE)
                .execute(key)
                .compose(
                    found ->
                        found.size() == 0
                            ? Future.succeededFuture(Outcome.of(Kind.NOT_FOUND))
                            : checkAndReplace(connection, key, command)));
  }

  /** Keeps an answer that was found without this store, so that a copy gets it again. */
  public Future<Outcome> answered(Ticket ticket, Outcome outcome) {
    return ticket.nonce() == null
        ? Future.succeededFuture(outcome)
        : nonces.once(ticket, connection -> Future.succeededFuture(outcome));
  }

  private static Future<Outcome> checkAndReplace(
      SqlConnection connection, Tuple key, Command.PutNodes command) {
    Set<String> named = new TreeSet<>();
    command.nodes().stream().map(Node::credential).filter(Objects::nonNull).forEach(named::add);
    if (named.isEmpty()) {
      return replaceNodes(connection, key, command);
    }
    Tuple names =
        Tuple.tuple().addString(key.getString(0)).addArrayOfString(named.toArray(String[]::new));
    return connection
        .preparedQuery(KEEP_CREDENTIALS)
        .execute(names)
        .compose(
            stored -> {
              stored.forEach(row -> named.remove(row.getString("name")));
              return named.isEmpty()
                  ? replaceNodes(connection, key, command)
                  : Future.succeededFuture(
                      Outcome.refused(Refusal.UNKNOWN_CREDENTIAL, named.iterator().next()));
            });
  }

  private static Future<Outcome> replaceNodes(
      SqlConnection connection, Tuple key, Command.PutNodes command) {
    List<Node> nodes = command.nodes();
    Tuple added =
        Tuple.tuple()
            .addString(key.getString(0))
            .addString(key.getString(1))
            .addArrayOfString(texts(nodes, Node::nodeId))
            .addArrayOfString(texts(nodes, Node::address))
            .addArrayOfString(texts(nodes, Node::driver))
            .addArrayOfString(texts(nodes, Node::apiEndpoint))
            .addArrayOfString(texts(nodes, Node::credential))
            .addArrayOfString(texts(nodes, node -> new JsonObject(node.settings()).encode()));
    return connection
        .preparedQuery(UNFINISHED_TASK)
        .execute(key)
        .compose(
            unfinished ->
                unfinished.size() > 0
                    ? Future.succeededFuture(Outcome.refused(Refusal.STATUS))
                    : connection
                        .preparedQuery(REMOVE_NODES)
                        .execute(key)
                        .compose(removed -> connection.preparedQuery(ADD_NODES).execute(added))
                        .map(Outcome.of(Kind.APPLIED)));
  }

  private static Tuple ticket(Ticket ticket, String instanceId) {
    return Tuple.tuple()
        .addString(ticket.accountId())
        .addString(instanceId)
        .addString(ticket.clientToken())
        .addUUID(ticket.requestId())
        .addBuffer(Buffer.buffer(ticket.fingerprint()));
  }

  private static <T> String[] texts(List<T> items, Function<T, @Nullable String> text) {
    return items.stream().map(text).toArray(String[]::new);
  }

  private static Future<Row> one(SqlConnection connection, String sql, Tuple arguments) {
    return connection.preparedQuery(sql).execute(arguments).map(rows -> rows.iterator().next());
  }
}
