package io.holdpoint.store;

import static io.holdpoint.store.Statements.statement;
import static org.assertj.core.api.Assertions.assertThat;

import io.holdpoint.testkit.DatabaseExtension;
import io.holdpoint.testkit.TestDatabase;
import io.vertx.core.Vertx;
import io.vertx.pgclient.PgConnection;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Planning a statement costs more than running it: each is prepared once in a connection. */
@ExtendWith(DatabaseExtension.class)
class PreparedOnceIT {
  private final Vertx vertx = Vertx.vertx();

  @AfterEach
  void close() throws Exception {
    vertx.close().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
  }

  @Test
  void theLongestStatementStaysPrepared(TestDatabase database) throws Exception {
    String sql = statement("interrupt_one");
    Tuple arguments =
        Tuple.of("default", "none", "t", UUID.randomUUID())
            .addBuffer(null)
            .addValue("now")
            .addValue("p")
            .addValue(null)
            .addUUID(null)
            .addUUID(null);

    Row row =
        PgConnection.connect(vertx, Database.commandOptions(database.runtimeUri()))
            .compose(
                connection ->
                    connection
                        .preparedQuery(sql)
                        .execute(arguments)
                        .compose(first -> connection.preparedQuery(sql).execute(arguments))
                        .compose(
                            second ->
                                connection
                                    .preparedQuery(
                                        "SELECT count(*) AS kept, sum(generic_plans) AS runs FROM"
                                            + " pg_prepared_statements WHERE statement = $1")
                                    .execute(Tuple.of(sql))))
            .toCompletionStage()
            .toCompletableFuture()
            .get(20, TimeUnit.SECONDS)
            .iterator()
            .next();

    assertThat(row.getLong("kept")).isEqualTo(1);
    assertThat(row.getNumeric("runs").intValue()).isEqualTo(2);
  }
}
