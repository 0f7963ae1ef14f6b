package io.holdpoint.testkit;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A node started by {@code bin/logstash}, known by its files, its signals and its API alone. */
public final class StandInProcess implements AutoCloseable {
  public static final Duration LIMIT = Duration.ofSeconds(10);

  private static final HttpClient HTTP =
      HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(2)).build();

  private final Process process;
  private final int port;
  private final Path output;

  private StandInProcess(Process process, int port, Path output) {
    this.process = process;
    this.port = port;
    this.output = output;
  }

  /**
   * Starts a node and does not wait.
   *
   * @param port as logstash.yml has it
   */
  public static StandInProcess launch(
      Path home, Path settings, Path data, int port, String... more) {
    List<String> words = new ArrayList<>();
    words.add(home.resolve("bin/logstash").toString());
    words.addAll(List.of("--path.settings", settings.toString()));
    words.addAll(List.of("--path.data", data.toString()));
    words.addAll(List.of(more));
    return launch(words, port);
  }

  /** Starts {@code bin/logstash-plugin}. */
  public static StandInProcess plugin(Path home, String... arguments) {
    List<String> words = new ArrayList<>();
    words.add(home.resolve("bin/logstash-plugin").toString());
    words.addAll(List.of(arguments));
    return launch(words, 0);
  }

  private static StandInProcess launch(List<String> words, int port) {
    try {
      Path output = Files.createTempFile("standin", ".log");
      output.toFile().deleteOnExit();
      Process process =
          new ProcessBuilder(words)
              .redirectErrorStream(true)
              .redirectOutput(output.toFile())
              .start();
      return new StandInProcess(process, port, output);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Waits until the API answers, whatever it says. */
  public StandInProcess answering() {
    Await.until(LIMIT, "the API answers: " + output(), () -> answers() || !process.isAlive());
    if (!process.isAlive()) {
      throw new AssertionError("the node ended: " + output());
    }
    return this;
  }

  public boolean answers() {
    try {
      reply("/");
      return true;
    } catch (UncheckedIOException e) {
      return false;
    }
  }

  public JsonObject get(String path) {
    return new JsonObject(reply(path).body());
  }

  /**
   * @param headers names and values in turn
   */
  public HttpResponse<String> reply(String path, String... headers) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
            .timeout(Duration.ofSeconds(5));
    if (headers.length > 0) {
      request.headers(headers);
    }
    try {
      return HTTP.send(request.build(), BodyHandlers.ofString());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }

  /**
   * @param name such as TERM
   */
  public void signal(String name) {
    try {
      Process kill =
          new ProcessBuilder("kill", "-" + name, Long.toString(process.pid())).inheritIO().start();
      if (kill.waitFor() != 0) {
        throw new AssertionError("kill -" + name + " failed");
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }

  public int exitCode() {
    try {
      if (!process.waitFor(LIMIT.toMillis(), TimeUnit.MILLISECONDS)) {
        throw new AssertionError("the process goes on: " + output());
      }
      return process.exitValue();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }

  public Process process() {
    return process;
  }

  /** What it said so far. */
  public String output() {
    try {
      return Files.readString(output);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    process.destroyForcibly();
    exitCode();
  }
}
