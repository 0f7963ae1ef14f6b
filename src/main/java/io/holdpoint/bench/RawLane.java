package io.holdpoint.bench;

import io.holdpoint.task.Fingerprint;
import io.holdpoint.task.InterruptMode;
import io.holdpoint.task.Operation;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.pgclient.PgConnection;
import io.vertx.sqlclient.PreparedQuery;
import io.vertx.sqlclient.PreparedStatement;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.Tuple;
import java.util.UUID;

/**
 * The raw line: the service's own statement for one interrupt, prepared once, sent alone, with
 * nothing around it. It writes the same rows and makes the same decisions.
 */
final class RawLane implements Lane {
  private final PgConnection connection;
  private final PreparedQuery<RowSet<Row>> statement;
  private final LoadOrder order;

  RawLane(PgConnection connection, PreparedStatement statement, LoadOrder order) {
    this.connection = connection;
    this.statement = statement.query();
    this.order = order;
  }

  @Override
  public Future<String> send(int index) {
    String instance = order.instance(index);
    String mode = InterruptMode.FINISH_STEP.text();
    byte[] fingerprint = Fingerprint.of(Operation.INTERRUPT, instance, mode);
    Tuple arguments =
        Tuple.tuple()
            .addString(LoadOrder.ACCOUNT)
            .addString(instance)
            .addString(order.token(index))
            .addUUID(UUID.randomUUID())
            .addBuffer(Buffer.buffer(fingerprint))
            .addString(mode)
            .addString("bench")
            .addString(null)
            .addUUID(null)
            .addUUID(null);
    return statement
        .execute(arguments)
        .map(rows -> String.valueOf(rows.iterator().next().getString("result")));
  }

  @Override
  public Future<Void> close() {
    return connection.close();
  }
}
