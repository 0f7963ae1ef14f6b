package io.holdpoint.standin;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;

/** The node's HTTP API, on loopback only. It is there first and goes last, with the process. */
record Api(Settings settings, Documents documents) {
  HttpServer start() throws ConfigException {
    int port = settings.count("api.http.port", 9600);
    try {
      byte[] loopback = {127, 0, 0, 1};
      HttpServer server =
          HttpServer.create(new InetSocketAddress(InetAddress.getByAddress(loopback), port), 0);
      server.createContext("/", this::answer);
      server.setExecutor(Executors.newCachedThreadPool(Api::thread));
      server.start();
      return server;
    } catch (IOException e) {
      throw new ConfigException("Logstash API: port " + port + " cannot be used: " + e);
    }
  }

  private static Thread thread(Runnable task) {
    Thread thread = new Thread(task, "api");
    thread.setDaemon(true);
    return thread;
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      if (!allowed(exchange.getRequestHeaders().getFirst("Authorization"))) {
        exchange.getResponseHeaders().set("WWW-Authenticate", "Basic realm=\"logstash-api\"");
        exchange.sendResponseHeaders(401, -1);
        return;
      }
      String path = exchange.getRequestURI().getPath();
      String query = String.valueOf(exchange.getRequestURI().getQuery());
      String plain = path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
      boolean get = exchange.getRequestMethod().equals("GET");
      Map<String, @Nullable Object> document = get ? documents.at(plain) : null;
      if (document == null) {
        Object error = Json.object("message", "Not Found");
        send(
            exchange,
            404,
            "application/json",
            Json.write(Json.object("path", path, "status", 404, "error", error)));
      } else if (plain.equals("/_node/hot_threads") && query.contains("human=true")) {
        send(exchange, 200, "text/plain", documents.hotThreads());
      } else {
        send(exchange, 200, "application/json", Json.write(document));
      }
    }
  }

  private boolean allowed(@Nullable String authorization) {
    String login =
        settings.text("api.auth.basic.username", "")
            + ":"
            + settings.text("api.auth.basic.password", "");
    byte[] bytes = login.getBytes(StandardCharsets.UTF_8);
    return !settings.needsPassword()
        || ("Basic " + Base64.getEncoder().encodeToString(bytes)).equals(authorization);
  }

  private static void send(HttpExchange exchange, int status, String type, String text)
      throws IOException {
    byte[] body = text.getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().set("Content-Type", type);
    exchange.sendResponseHeaders(status, body.length);
    exchange.getResponseBody().write(body);
  }
}
