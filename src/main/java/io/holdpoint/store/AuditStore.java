package io.holdpoint.store;

import static io.holdpoint.store.Statements.statement;

import io.holdpoint.task.Answer;
import io.holdpoint.task.AuditCursor;
import io.holdpoint.task.AuditDecision;
import io.holdpoint.task.AuditRecord;
import io.holdpoint.task.Query;
import io.holdpoint.task.Term;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The audit trail: appended to, read back, purged when old. Fails with {@link StoreException}. */
public final class AuditStore {
  private static final String APPEND_AUDIT = statement("append_audit");
  private static final String LIST_AUDIT = statement("list_audit");
  private static final String LIST_AUDIT_OF_PRINCIPAL = statement("list_audit_of_principal");
  private static final String LIST_AUDIT_OF_INSTANCE = statement("list_audit_of_instance");
  private static final String LIST_AUDIT_BY_DECISION = statement("list_audit_by_decision");
  private static final String PURGE_AUDIT = statement("purge_audit");

  /** Far beyond every record, and within what PostgreSQL can hold. */
  private static final Instant END_OF_TIME = Instant.parse("9999-01-01T00:00:00Z");

  /** Before every other: together with a time it stands for all that is earlier. */
  private static final UUID FIRST_ID = new UUID(0, 0);

  private final Database database;

  public AuditStore(Database database) {
    this.database = database;
  }

  /** Writes all or none; doing it again changes nothing. */
  public Future<Void> append(List<AuditRecord> records) {
    return database
        .audit()
        .withConnection(connection -> append(connection, records))
        .recover(failure -> Future.failedFuture(StoreException.of(failure)));
  }

  static Future<Void> append(SqlConnection connection, List<AuditRecord> records) {
    Tuple arguments =
        Tuple.tuple(new ArrayList<>(13))
            .addArrayOfString(texts(records, AuditRecord::accountId))
            .addArrayOfOffsetDateTime(
                records.stream().map(each -> time(each.at())).toArray(OffsetDateTime[]::new))
            .addArrayOfUUID(ids(records, AuditRecord::recordId))
            .addArrayOfUUID(ids(records, AuditRecord::requestId))
            .addArrayOfString(texts(records, AuditRecord::keyId))
            .addArrayOfString(texts(records, AuditRecord::principal))
            .addArrayOfString(texts(records, AuditRecord::action))
            .addArrayOfBoolean(records.stream().map(AuditRecord::changing).toArray(Boolean[]::new))
            .addArrayOfString(texts(records, AuditRecord::resource))
            .addArrayOfString(texts(records, AuditRecord::instanceId))
            .addArrayOfString(texts(records, AuditRecord::source))
            .addArrayOfString(texts(records, each -> each.decision().text()))
            .addArrayOfString(texts(records, AuditRecord::code));
    return connection.preparedQuery(APPEND_AUDIT).execute(arguments).mapEmpty();
  }

  private static String[] texts(
      List<AuditRecord> records, Function<AuditRecord, @Nullable String> column) {
    return records.stream().map(column).toArray(String[]::new);
  }

  private static UUID[] ids(List<AuditRecord> records, Function<AuditRecord, UUID> column) {
    return records.stream().map(column).toArray(UUID[]::new);
  }

  private static OffsetDateTime time(Instant at) {
    return at.atOffset(ZoneOffset.UTC);
  }

  /** A page, newest first, along the index that fits what is asked for. */
  public Future<Answer> list(Query.ListAudit query) {
    return database
        .questions()
        .withConnection(connection -> page(connection, query))
        .recover(failure -> Future.failedFuture(StoreException.of(failure)))
        .map(rows -> page(rows, query));
  }

  private static Future<RowSet<Row>> page(SqlConnection connection, Query.ListAudit query) {
    Tuple arguments = range(query);
    String statement;
    if (query.instanceId() != null) {
      statement = LIST_AUDIT_OF_INSTANCE;
      arguments.addString(query.instanceId()).addString(query.principal());
    } else if (query.principal() != null) {
      statement = LIST_AUDIT_OF_PRINCIPAL;
      arguments.addString(query.principal());
    } else if (query.decision() != null && query.decision() != AuditDecision.ALLOWED) {
      statement = LIST_AUDIT_BY_DECISION;
    } else {
      statement = LIST_AUDIT;
    }
    return connection.preparedQuery(statement).execute(arguments);
  }

  /** One row more than asked for tells whether there is a next page. */
  private static Tuple range(Query.ListAudit query) {
    AuditCursor after = query.after();
    Instant until = query.until() == null ? END_OF_TIME : query.until();
    boolean goesOn = after != null && after.at().isBefore(until);
    return Tuple.tuple(new ArrayList<>(8))
        .addString(query.accountId())
        .addOffsetDateTime(time(query.from() == null ? Instant.EPOCH : query.from()))
        .addOffsetDateTime(time(goesOn ? after.at() : until))
        .addUUID(goesOn ? after.recordId() : FIRST_ID)
        .addInteger(query.limit() + 1)
        .addString(query.decision() == null ? null : query.decision().text());
  }

  private static Answer page(RowSet<Row> rows, Query.ListAudit query) {
    List<AuditRecord> found = new ArrayList<>(rows.size());
    for (Row row : rows) {
      found.add(record(query.accountId(), row));
    }
    boolean more = found.size() > query.limit();
    List<AuditRecord> page = more ? found.subList(0, query.limit()) : found;
    return new Answer.Audit(page, more ? page.get(page.size() - 1).cursor() : null);
  }

  private static AuditRecord record(String accountId, Row row) {
    return new AuditRecord(
        row.getUUID("record_id"),
        accountId,
        Rows.instant(row, "at"),
        row.getUUID("request_id"),
        row.getString("key_id"),
        row.getString("principal"),
        row.getString("action"),
        row.getBoolean("changing"),
        row.getString("resource"),
        row.getString("instance_id"),
        row.getString("source"),
        Term.parse(AuditDecision.class, row.getString("decision")),
        row.getString("code"));
  }

  /**
   * Removes records past their retention, oldest first.
   *
   * @return how many; fewer than {@code limit} means none is left to remove
   */
  public Future<Integer> purge(Duration retention, int limit) {
    return database
        .questions()
        .withConnection(
            connection ->
                connection
                    .preparedQuery(PURGE_AUDIT)
                    .execute(Tuple.of(retention.toMillis(), limit)))
        .map(rows -> rows.rowCount())
        .recover(failure -> Future.failedFuture(StoreException.of(failure)));
  }
}
