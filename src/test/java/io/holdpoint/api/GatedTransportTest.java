package io.holdpoint.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdpoint.config.HoldpointConfig;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.DefaultEventLoop;
import io.netty.channel.EventLoop;
import io.netty.channel.local.LocalAddress;
import io.netty.channel.local.LocalChannel;
import io.netty.channel.local.LocalServerChannel;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.net.NetServerOptions;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Over channels within the process, whose every step is a task of the one loop. */
class GatedTransportTest {
  private static final HoldpointConfig CONFIG =
      HoldpointConfig.load(
          null,
          Map.of("HOLDPOINT_TLS_HANDSHAKE_TIMEOUT", "1s", "HOLDPOINT_HTTP_HEAD_DEADLINE", "1s"));

  private final GatedTransport transport =
      GatedTransport.of(CONFIG.http(), CONFIG.tls(), new SimpleMeterRegistry());
  private final EventLoop loop = new DefaultEventLoop();

  @AfterEach
  void close() {
    loop.shutdownGracefully(0, 1, TimeUnit.SECONDS).syncUninterruptibly();
  }

  @Test
  void nothingIsAcceptedBeforeAllListen() throws Exception {
    CompletableFuture<Void> accepted = new CompletableFuture<>();
    Channel server = listen(accepted);
    ChannelFuture connection = connect(server);
    everythingQueuedIsDone();

    assertThat(accepted).isNotDone();

    transport.accept();
    accepted.get(10, TimeUnit.SECONDS);
    assertThat(connection.await(10, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void aSocketThatIsBoundLaterAcceptsAtOnce() throws Exception {
    transport.accept();
    CompletableFuture<Void> accepted = new CompletableFuture<>();

    ChannelFuture connection = connect(listen(accepted));

    accepted.get(10, TimeUnit.SECONDS);
    assertThat(connection.await(10, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void theDeadlineOfATlsHandshakeIsForThoseWhoThenSendAHead() throws Exception {
    transport.accept();
    Channel bus =
        connect(listen(new CompletableFuture<>(), new NetServerOptions().setSsl(true)))
            .sync()
            .channel();
    Channel web =
        connect(listen(new CompletableFuture<>(), new HttpServerOptions().setSsl(true)))
            .sync()
            .channel();

    assertThat(web.closeFuture().await(10, TimeUnit.SECONDS)).isTrue();
    assertThat(bus.isActive()).as("it was there before").isTrue();
  }

  private Channel listen(CompletableFuture<Void> accepted) {
    return listen(accepted, new NetServerOptions());
  }

  private Channel listen(CompletableFuture<Void> accepted, NetServerOptions options) {
    ServerBootstrap bootstrap =
        new ServerBootstrap()
            .group(loop)
            .channel(LocalServerChannel.class)
            .childHandler(
                new ChannelInboundHandlerAdapter() {
                  @Override
                  public void channelActive(ChannelHandlerContext context) {
                    accepted.complete(null);
                  }
                });
    transport.configure(options, false, bootstrap);
    return bootstrap.bind(LocalAddress.ANY).syncUninterruptibly().channel();
  }

  private ChannelFuture connect(Channel server) {
    return new Bootstrap()
        .group(loop)
        .channel(LocalChannel.class)
        .handler(new ChannelInboundHandlerAdapter())
        .connect(server.localAddress());
  }

  /** Tasks make further tasks; none makes more than a few. */
  private void everythingQueuedIsDone() {
    for (int i = 0; i < 10; i++) {
      loop.submit(() -> {}).syncUninterruptibly();
    }
  }
}
