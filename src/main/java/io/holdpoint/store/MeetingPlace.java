package io.holdpoint.store;

import static io.holdpoint.store.Statements.statement;

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
    PGSimpleDataSource source = new PGSimpleDataSource();
    source.setURL(database.jdbcUrl());
    source.setUser(database.user());
    source.setPassword(database.password());
    source.setApplicationName("holdpoint-cluster");
    source.setCurrentSchema(Database.SCHEMA);
    source.setSocketTimeout(PATIENCE_SECONDS);
    JDBC_PING discovery = new JDBC_PING().setDataSource(source);
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

  private static String jdbc(String sql) {
    return sql.replaceAll("\\$\\d+", "?");
  }
}
