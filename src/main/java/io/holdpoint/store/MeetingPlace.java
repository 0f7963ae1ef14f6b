package io.holdpoint.store;

import static io.holdpoint.store.Statements.statement;

import java.sql.Connection;
import java.sql.SQLException;
import org.jgroups.protocols.JDBC_PING;
import org.jgroups.stack.Protocol;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * The table by which the members of the event bus's cluster find each other: each writes how it is
 * reached, and the coordinator takes out who has left.
 */
public final class MeetingPlace {
  private static final int PATIENCE_SECONDS = 5;

  private MeetingPlace() {}

  /**
   * @param uri of a login with the role {@code holdpoint_runtime} or {@code holdpoint_member}
   * @throws StartException when it cannot be read
   */
  public static Protocol at(String uri) {
    PostgresUri database = PostgresUri.parse(uri, "HOLDPOINT_POSTGRES_URI");
    JDBC_PING discovery = new JDBC_PING().setDataSource(new Primary(database));
    discovery.setValue("initialize_sql", "");
    discovery.setValue("insert_single_sql", jdbc(statement("insert_member")));
    discovery.setValue("delete_single_sql", jdbc(statement("delete_member")));
    discovery.setValue("clear_sql", jdbc(statement("clear_members")));
    discovery.setValue("select_all_pingdata_sql", jdbc(statement("list_members")));
    discovery.setValue("contains_sql", jdbc(statement("find_member")));
    discovery.setValue("remove_all_data_on_view_change", true);
    discovery.setValue("remove_old_coords_on_view_change", true);
    return discovery;
  }

  /** Connections to the server that takes writes, as it is each time. */
  private static final class Primary extends PGSimpleDataSource {
    private static final long serialVersionUID = 1L;

    private final transient PostgresUri database;

    Primary(PostgresUri database) {
      this.database = database;
    }

    @Override
    public Connection getConnection() throws SQLException {
      PostgresUri primary = PrimaryConnection.find(database);
      PGSimpleDataSource source = new PGSimpleDataSource();
      source.setURL(primary.jdbcUrl());
      source.setUser(primary.user());
      source.setPassword(primary.password());
      source.setApplicationName("holdpoint-cluster");
      source.setCurrentSchema(Database.SCHEMA);
      source.setSocketTimeout(PATIENCE_SECONDS);
      return source.getConnection();
    }
  }

  private static String jdbc(String sql) {
    return sql.replaceAll("\\$\\d+", "?");
  }
}
