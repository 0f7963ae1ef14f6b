package io.holdpoint.api;

import io.holdpoint.config.HttpConfig;
import io.holdpoint.config.TlsConfig;
import io.micrometer.core.instrument.MeterRegistry;
import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFactory;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.ServerChannel;
import io.netty.channel.socket.DatagramChannel;
import io.netty.channel.socket.InternetProtocolFamily;
import io.vertx.core.datagram.DatagramSocketOptions;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.net.ClientOptionsBase;
import io.vertx.core.net.NetServerOptions;
import io.vertx.core.net.SocketAddress;
import io.vertx.core.spi.transport.Transport;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadFactory;

/**
 * The best transport of this platform with an {@link AcceptGate} behind each listening socket; the
 * web server itself offers no place to stand that early. Everything else is the transport's own.
 */
public final class GatedTransport implements Transport {
  private final String name;
  private final Transport transport;
  private final int most;
  private final Duration tlsDeadline;
  private final ApiMetrics metrics;
  private final List<Channel> bound = new ArrayList<>();
  private boolean accepting;

  private GatedTransport(
      String name, Transport transport, int most, Duration tlsDeadline, ApiMetrics metrics) {
    this.name = name;
    this.transport = transport;
    this.most = most;
    this.tlsDeadline = tlsDeadline;
    this.metrics = metrics;
  }

  /**
   * Around the best transport of this machine; accepts nothing until {@link #accept}.
   *
   * @param registry gets the counts of connections that were turned away
   */
  public static GatedTransport of(HttpConfig http, TlsConfig tls, MeterRegistry registry) {
    io.vertx.core.transport.Transport best = io.vertx.core.transport.Transport.nativeTransport();
    if (best == null || !best.available()) {
      best = io.vertx.core.transport.Transport.NIO;
    }
    Duration deadline = tls.handshakeTimeout().plus(http.headDeadline());
    return new GatedTransport(
        best.name(),
        best.implementation(),
        http.maxConnections(),
        deadline,
        new ApiMetrics(registry));
  }

  /** As {@code VertxBuilder.withTransport} takes it. */
  public io.vertx.core.transport.Transport named() {
    return new Named(name, this);
  }

  /**
   * Begins to accept: to be called when all servers listen. The web server makes a socket's metrics
   * only after it was bound, and what is accepted before would never be answered; until this call
   * connections wait in the system's queue.
   */
  public void accept() {
    List<Channel> ready;
    synchronized (bound) {
      accepting = true;
      ready = List.copyOf(bound);
      bound.clear();
    }
    ready.forEach(socket -> socket.config().setAutoRead(true));
  }

  private void bound(Channel socket) {
    synchronized (bound) {
      if (!accepting) {
        bound.add(socket);
        return;
      }
    }
    socket.config().setAutoRead(true);
  }

  private record Named(String name, Transport implementation)
      implements io.vertx.core.transport.Transport {
    @Override
    public boolean available() {
      return true;
    }

    @Override
    public Throwable unavailabilityCause() {
      throw new IllegalStateException("available");
    }
  }

  @Override
  public void configure(NetServerOptions options, boolean domainSocket, ServerBootstrap bootstrap) {
    transport.configure(options, domainSocket, bootstrap);
    bootstrap.option(ChannelOption.AUTO_READ, false);
    // Who speaks to the cluster's event bus sends no head that would end the deadline.
    boolean awaitsHead = options.isSsl() && options instanceof HttpServerOptions;
    bootstrap.handler(new AcceptGate(most, awaitsHead ? tlsDeadline : null, metrics, this::bound));
  }

  @Override
  public boolean supportsDomainSockets() {
    return transport.supportsDomainSockets();
  }

  @Override
  public boolean supportFileRegion() {
    return transport.supportFileRegion();
  }

  @Override
  public java.net.SocketAddress convert(SocketAddress address) {
    return transport.convert(address);
  }

  @Override
  public SocketAddress convert(java.net.SocketAddress address) {
    return transport.convert(address);
  }

  @Override
  public IoHandlerFactory ioHandlerFactory() {
    return transport.ioHandlerFactory();
  }

  @Override
  public EventLoopGroup eventLoopGroup(
      int type, int threads, ThreadFactory threadFactory, int ioRatio) {
    return transport.eventLoopGroup(type, threads, threadFactory, ioRatio);
  }

  @Override
  public DatagramChannel datagramChannel() {
    return transport.datagramChannel();
  }

  @Override
  @SuppressWarnings("deprecation") // The interface to implement names the deprecated type.
  public DatagramChannel datagramChannel(InternetProtocolFamily family) {
    return transport.datagramChannel(family);
  }

  @Override
  public ChannelFactory<? extends Channel> channelFactory(boolean domainSocket) {
    return transport.channelFactory(domainSocket);
  }

  @Override
  public ChannelFactory<? extends ServerChannel> serverChannelFactory(boolean domainSocket) {
    return transport.serverChannelFactory(domainSocket);
  }

  @Override
  public void configure(DatagramChannel channel, DatagramSocketOptions options) {
    transport.configure(channel, options);
  }

  @Override
  public void configure(
      ClientOptionsBase options, int connectTimeout, boolean domainSocket, Bootstrap bootstrap) {
    transport.configure(options, connectTimeout, domainSocket, bootstrap);
  }
}
