package io.holdpoint.store;

import io.vertx.pgclient.PgConnectOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * A database by its URI, {@code postgresql://user:password@host1:port1,host2:port2/name}, with one
 * server or several of which one takes writes; the form is libpq's (PostgreSQL, 32.1.1.2). All
 * servers have the same login, name and parameters.
 *
 * @param servers at least one, each as if it were the only one of the URI
 */
record PostgresUri(List<PgConnectOptions> servers) {
  private static final String SCHEME_END = "://";

  PostgresUri {
    servers = List.copyOf(servers);
  }

  /**
   * @param variable where it comes from, for the error
   * @throws StartException when it cannot be read; the message holds nothing of it
   */
  static PostgresUri parse(String uri, String variable) {
    try {
      return parse(uri);
    } catch (IllegalArgumentException unreadable) {
      // Its message holds the password.
      throw new StartException(
          variable
              + " cannot be read (value hidden); allowed: postgresql://user:password@host:port/name,"
              + " with special characters of the password percent-encoded, and more host:port after"
              + " commas");
    }
  }

  /**
   * @throws IllegalArgumentException with the password in its message
   */
  static PostgresUri parse(String uri) {
    int authority = uri.indexOf(SCHEME_END) + SCHEME_END.length();
    int end = end(uri, authority);
    int hosts = Math.max(authority, uri.lastIndexOf('@', end - 1) + 1);
    List<PgConnectOptions> servers = new ArrayList<>();
    for (String server : uri.substring(hosts, end).split(",", -1)) {
      if (server.isEmpty()) {
        throw new IllegalArgumentException("a server without a name: " + uri);
      }
      servers.add(PgConnectOptions.fromUri(uri.substring(0, hosts) + server + uri.substring(end)));
    }
    return new PostgresUri(servers);
  }

  private static int end(String uri, int authority) {
    for (int i = authority; i < uri.length(); i++) {
      if (uri.charAt(i) == '/' || uri.charAt(i) == '?') {
        return i;
      }
    }
    return uri.length();
  }

  String user() {
    return servers.get(0).getUser();
  }

  String password() {
    return servers.get(0).getPassword();
  }

  String database() {
    return servers.get(0).getDatabase();
  }

  /** For the operator, as in {@code db1:5432,db2:5432}. */
  String addresses() {
    return servers.stream().map(PostgresUri::address).collect(Collectors.joining(","));
  }

  static String address(PgConnectOptions server) {
    String host = server.getHost();
    return (host.contains(":") ? "[" + host + "]" : host) + ":" + server.getPort();
  }

  /** For the JDBC driver, without the login. */
  String jdbcUrl() {
    return "jdbc:postgresql://"
        + addresses()
        + "/"
        + database()
        + "?connectTimeout=5&loginTimeout=5&ApplicationName=holdpoint-migrate";
  }
}
