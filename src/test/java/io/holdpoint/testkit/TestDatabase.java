package io.holdpoint.testkit;

import io.holdpoint.store.Migrations;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A migrated database of its own, with the owner's and the least-privileged login. */
public final class TestDatabase implements AutoCloseable {
  private static final AtomicInteger COUNT = new AtomicInteger();

  private static final int VALID_SECONDS = 1;

  private interface Use<T> {
    T of(Statement statement) throws SQLException;
  }

  private final PostgresServer server;
  private final String name;
  private final Deque<Connection> idle = new ConcurrentLinkedDeque<>();

  private TestDatabase(PostgresServer server, String name) {
    this.server = server;
    this.name = name;
  }

  static TestDatabase create(PostgresServer server) {
    String name = "holdpoint_" + COUNT.incrementAndGet();
    server.run(
        "postgres",
        "CREATE DATABASE " + name + " TEMPLATE " + server.template() + " OWNER holdpoint_owner");
    return new TestDatabase(server, name);
  }

  /** The same database on a server that follows this one. */
  TestDatabase copyAt(String address) {
    return new TestDatabase(PostgresServer.copyAt(address), name);
  }

  static void migrate(String address, String name) {
    Migrations.migrate(uri(address, name, "holdpoint_owner:owner"), runtime(address, name));
  }

  private static String runtime(String address, String name) {
    return uri(address, name, "holdpoint:runtime");
  }

  private static String uri(String address, String name, String login) {
    return "postgresql://" + login + "@" + address + "/" + name;
  }

  public String ownerUri() {
    return uri(server.address(), name, "holdpoint_owner:owner");
  }

  public String runtimeUri() {
    return runtime(server.address(), name);
  }

  /** The owner's login at another database of the same server. */
  public String ownerUriOf(String other) {
    return uri(server.address(), other, "holdpoint_owner:owner");
  }

  /** The runtime login at another database of the same server. */
  public String runtimeUriOf(String other) {
    return runtime(server.address(), other);
  }

  /** The same login through another address, for a proxy in between. */
  public String runtimeUriAt(int port) {
    return runtime("127.0.0.1:" + port, name);
  }

  /** The same login through another address of the server. */
  public String runtimeUriAt(String host) {
    return runtime(host + ":" + port(), name);
  }

  /** The same login at several servers, in one URI. */
  public String runtimeUriAt(StoppablePostgres... servers) {
    return runtime(
        Stream.of(servers)
            .map(server -> "127.0.0.1:" + server.port())
            .collect(Collectors.joining(",")),
        name);
  }

  public int port() {
    return Integer.parseInt(server.address().substring(server.address().lastIndexOf(':') + 1));
  }

  /** As superuser: tests may look at and change everything. */
  public Connection connect() {
    try {
      Connection connection = server.connect(name);
      try (Statement statement = connection.createStatement()) {
        statement.execute("SET search_path = holdpoint");
      }
      return connection;
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  /** One that was used before, where it still works: to make one takes longer than to use it. */
  private Connection borrow() throws SQLException {
    Connection kept = idle.pollLast();
    if (kept == null) {
      return connect();
    }
    if (kept.isValid(VALID_SECONDS)) {
      return kept;
    }
    kept.close();
    return connect();
  }

  private <T> T use(String sql, Use<T> use) {
    try {
      Connection connection = borrow();
      boolean done = false;
      try (Statement statement = connection.createStatement()) {
        T result = use.of(statement);
        done = true;
        return result;
      } finally {
        if (done) {
          idle.addLast(connection);
        } else {
          connection.close();
        }
      }
    } catch (SQLException e) {
      throw new IllegalStateException(sql, e);
    }
  }

  public void execute(String sql) {
    use(sql, statement -> statement.execute(sql));
  }

  /** All rows, each by column name in order. */
  public List<Map<String, Object>> rows(String sql) {
    return use(sql, statement -> rows(statement, sql));
  }

  private static List<Map<String, Object>> rows(Statement statement, String sql)
      throws SQLException {
    try (ResultSet rows = statement.executeQuery(sql)) {
      List<Map<String, Object>> all = new ArrayList<>();
      ResultSetMetaData columns = rows.getMetaData();
      while (rows.next()) {
        Map<String, Object> row = new LinkedHashMap<>();
        for (int i = 1; i <= columns.getColumnCount(); i++) {
          row.put(columns.getColumnLabel(i), rows.getObject(i));
        }
        all.add(row);
      }
      return all;
    }
  }

  public long count(String sql) {
    return ((Number) rows(sql).get(0).values().iterator().next()).longValue();
  }

  public String text(String sql) {
    return String.valueOf(rows(sql).get(0).values().iterator().next());
  }

  @Override
  public void close() {
    for (Connection kept = idle.poll(); kept != null; kept = idle.poll()) {
      try {
        kept.close();
      } catch (SQLException gone) {
        // Its server is.
      }
    }
    server.run("postgres", "DROP DATABASE IF EXISTS " + name + " WITH (FORCE)");
  }
}
