package io.holdpoint.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.holdpoint.auth.RequestSigner;
import io.holdpoint.store.Database;
import io.holdpoint.store.Statements;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetClientOptions;
import io.vertx.pgclient.PgConnection;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.IntFunction;
import org.HdrHistogram.Histogram;

/**
 * The load generator, a process of its own so that its processor time is known: reads an order per
 * line, makes and signs its requests, says that it is ready, runs at the next line, reports in one,
 * and lets its connections go at the next.
 */
public final class Generator {
  static final String READY = "ready";

  private static final ObjectMapper JSON = new ObjectMapper();

  private final Vertx vertx;

  private Generator(Vertx vertx) {
    this.vertx = vertx;
  }

  /**
   * Serves standard input until it ends.
   *
   * @param arguments none
   */
  public static void main(String[] arguments) throws IOException {
    PrintStream out = System.out;
    Vertx vertx =
        Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1).setPreferNativeTransport(true));
    Generator generator = new Generator(vertx);
    BufferedReader in =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    for (String line = in.readLine(); line != null; line = in.readLine()) {
      generator.serve(JSON.readValue(line, LoadOrder.class), in, out);
    }
    vertx.close();
  }

  private void serve(LoadOrder order, BufferedReader in, PrintStream out) throws IOException {
    List<Lane> lanes = await(open(order));
    Acknowledged acknowledged = new Acknowledged(order.most());
    LoadRun run = new LoadRun(vertx, order, lanes, acknowledged);
    out.println(READY);
    in.readLine();
    long before = processorMicros();
    await(onLoop(run));
    LoadReport report =
        new LoadReport(
            acknowledged.count(),
            run.latencies().getTotalCount() + run.refusalLatencies().getTotalCount(),
            run.windowMillis(),
            processorMicros() - before,
            encoded(run.latencies()),
            encoded(run.refusalLatencies()),
            acknowledged.counts(),
            run.late());
    acknowledged.write(order);
    out.println(JSON.writeValueAsString(report));
    // Only now: what the connections' other ends have cost is read before they go.
    in.readLine();
    await(Future.all(lanes.stream().map(Lane::close).toList()));
  }

  /** On the loop that the connections are on. */
  private Future<Void> onLoop(LoadRun run) {
    return Future.future(promise -> vertx.runOnContext(begin -> run.run().onComplete(promise)));
  }

  private static long processorMicros() {
    return TimeUnit.NANOSECONDS.toMicros(
        ProcessHandle.current().info().totalCpuDuration().orElseThrow().toNanos());
  }

  private static String encoded(Histogram latencies) {
    ByteBuffer bytes = ByteBuffer.allocate(latencies.getNeededByteBufferCapacity());
    int length = latencies.encodeIntoByteBuffer(bytes);
    return Base64.getEncoder().encodeToString(Arrays.copyOf(bytes.array(), length));
  }

  private Future<List<Lane>> open(LoadOrder order) {
    List<Integer> targets = order.targets();
    if (targets.isEmpty()) {
      return all(order.connections(), i -> raw(order));
    }
    byte[][] requests = requests(order);
    NetClient client =
        vertx.createNetClient(new NetClientOptions().setTcpNoDelay(true).setConnectTimeout(10_000));
    return all(
        order.connections(),
        i ->
            client
                .connect(targets.get(i % targets.size()), "127.0.0.1")
                .map(socket -> new HttpLane(socket, requests)));
  }

  /** One after the other: a listening socket has a bounded backlog. */
  private static Future<List<Lane>> all(int count, IntFunction<Future<? extends Lane>> open) {
    Future<List<Lane>> lanes = Future.succeededFuture(new ArrayList<>());
    for (int i = 0; i < count; i++) {
      int number = i;
      lanes =
          lanes.compose(
              opened ->
                  open.apply(number)
                      .map(
                          lane -> {
                            opened.add(lane);
                            return opened;
                          }));
    }
    return lanes;
  }

  private Future<Lane> raw(LoadOrder order) {
    return PgConnection.connect(vertx, Database.commandOptions(order.databaseUri()))
        .compose(
            connection ->
                connection
                    .prepare(Statements.statement("interrupt_one"))
                    .map(statement -> new RawLane(connection, statement, order)));
  }

  private static byte[][] requests(LoadOrder order) {
    RequestSigner signer =
        order.scheme() == null
            ? null
            : new RequestSigner(
                order.scheme(),
                ServiceProcess.KEY_ID,
                ServiceProcess.SECRET.getBytes(StandardCharsets.US_ASCII),
                InstantSource.system(),
                () -> UUID.randomUUID().toString());
    byte[][] requests = new byte[order.most()][];
    for (int i = 0; i < requests.length; i++) {
      requests[i] = RequestText.of(order, i, signer);
    }
    return requests;
  }

  private static <T> T await(Future<T> future) throws IOException {
    try {
      return future.toCompletionStage().toCompletableFuture().get();
    } catch (ExecutionException failure) {
      throw new IOException(failure.getCause());
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
      throw new UncheckedIOException(new IOException(stopped));
    }
  }
}
