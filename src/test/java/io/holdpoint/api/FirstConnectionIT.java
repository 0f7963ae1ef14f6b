package io.holdpoint.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdpoint.bench.FreePort;
import io.holdpoint.config.HoldpointConfig;
import io.holdpoint.testkit.RawHttp;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.micrometer.MicrometerMetricsFactory;
import io.vertx.micrometer.MicrometerMetricsOptions;
import java.io.IOException;
import java.net.ConnectException;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/**
 * Who connects in the very moment in which a socket begins to listen, as a prober or a balancer
 * does, is served like everybody after. {@link GatedTransportTest} has the same without chance.
 */
class FirstConnectionIT {
  private static final int TIMES = 50;
  private static final HoldpointConfig CONFIG = HoldpointConfig.load(null, Map.of());

  @Test
  void whoeverConnectsAsListeningBeginsIsAnswered() throws Exception {
    for (int i = 0; i < TIMES; i++) {
      PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
      GatedTransport transport = GatedTransport.of(CONFIG.http(), CONFIG.tls(), registry);
      Vertx vertx = vertx(transport, registry);
      int port = FreePort.find();
      CompletableFuture<RawHttp.Reply> first = CompletableFuture.supplyAsync(() -> ask(port));

      await(
          vertx
              .createHttpServer()
              .requestHandler(request -> request.response().end("served"))
              .listen(port, "127.0.0.1"));
      transport.accept();

      assertThat(first.get(30, TimeUnit.SECONDS).body()).as("time %s", i).isEqualTo("served");
      await(vertx.close());
    }
  }

  private static Vertx vertx(GatedTransport transport, PrometheusMeterRegistry registry) {
    return Vertx.builder()
        .with(
            new VertxOptions()
                .setEventLoopPoolSize(1)
                .setMetricsOptions(new MicrometerMetricsOptions().setEnabled(true)))
        .withMetrics(new MicrometerMetricsFactory(registry))
        .withTransport(transport.named())
        .build();
  }

  private static void await(Future<?> future) throws Exception {
    future.toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
  }

  /** Knocks until somebody listens. */
  private static RawHttp.Reply ask(int port) {
    while (true) {
      try (RawHttp http = RawHttp.connect(port)) {
        return http.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n").read();
      } catch (ConnectException notYet) {
        Thread.onSpinWait();
      } catch (IOException failure) {
        throw new AssertionError(failure);
      }
    }
  }
}
