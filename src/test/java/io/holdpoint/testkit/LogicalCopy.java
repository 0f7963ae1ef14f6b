package io.holdpoint.testkit;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.LinkedHashMap;
import java.util.Map;
import org.postgresql.PGConnection;

/**
 * What {@code pg_dump} and {@code pg_restore} do with rows: read them under one snapshot, and copy
 * them in where no trigger and no foreign key stands in the way. The embedded archive has neither.
 */
public final class LogicalCopy {
  private final Map<String, byte[]> rows = new LinkedHashMap<>();

  private LogicalCopy() {}

  /** The rows of all tables as they are now; those of the migrations stay where they are. */
  public static LogicalCopy of(TestDatabase source) {
    LogicalCopy copy = new LogicalCopy();
    String tables =
        "SELECT relname FROM pg_class WHERE relnamespace = 'holdpoint'::regnamespace"
            + " AND relkind = 'r' AND relname <> 'schema_history' ORDER BY relname";
    source.rows(tables).forEach(row -> copy.rows.put((String) row.get("relname"), new byte[0]));
    try (Connection connection = source.connect()) {
      connection.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
      connection.setAutoCommit(false);
      var copying = connection.unwrap(PGConnection.class).getCopyAPI();
      for (Map.Entry<String, byte[]> table : copy.rows.entrySet()) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        copying.copyOut("COPY " + table.getKey() + " TO STDOUT", out);
        table.setValue(out.toByteArray());
      }
      connection.commit();
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return copy;
  }

  /** Takes the place of all rows of a database with the same schema; a transaction each table. */
  public void into(TestDatabase target) {
    try (Connection connection = target.connect();
        Statement statement = connection.createStatement()) {
      statement.execute("SET session_replication_role = replica");
      statement.execute("TRUNCATE " + String.join(", ", rows.keySet()));
      var copying = connection.unwrap(PGConnection.class).getCopyAPI();
      for (Map.Entry<String, byte[]> table : rows.entrySet()) {
        copying.copyIn(
            "COPY " + table.getKey() + " FROM STDIN", new ByteArrayInputStream(table.getValue()));
      }
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
