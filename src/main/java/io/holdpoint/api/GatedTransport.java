package io.holdpoint.api;

import io.holdpoint.config.HttpConfig;
import io.holdpoint.config.TlsConfig;
import io.micrometer.core.instrument.MeterRegistry;
import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFactory;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.ServerChannel;
import io.netty.channel.socket.DatagramChannel;
import io.netty.channel.socket.InternetProtocolFamily;
import io.vertx.core.datagram.DatagramSocketOptions;
import io.vertx.core.net.ClientOptionsBase;
import io.vertx.core.net.NetServerOptions;
import io.vertx.core.net.SocketAddress;
import io.vertx.core.spi.transport.Transport;
import java.time.Duration;
import java.util.concurrent.ThreadFactory;

/**
 * The best transport of this platform with an {@link AcceptGate} behind each listening socket; the
 * web server itself offers no place to stand that early. Everything else is the transport's own.
 */
public final class GatedTransport implements Transport {
  private final Transport transport;
  private final int most;
  private final Duration tlsDeadline;
  private final ApiMetrics metrics;

  private GatedTransport(Transport transport, int most, Duration tlsDeadline, ApiMetrics metrics) {
    this.transport = transport;
    this.most = most;
    this.tlsDeadline = tlsDeadline;
    this.metrics = metrics;
  }

  /** What {@code VertxBuilder.withTransport} takes. */
  public static io.vertx.core.transport.Transport of(
      HttpConfig http, TlsConfig tls, MeterRegistry registry) {
    io.vertx.core.transport.Transport best = io.vertx.core.transport.Transport.nativeTransport();
    if (best == null || !best.available()) {
      best = io.vertx.core.transport.Transport.NIO;
    }
    Duration deadline = tls.handshakeTimeout().plus(http.headDeadline());
    return new Named(
        best.name(),
        new GatedTransport(
            best.implementation(), http.maxConnections(), deadline, new ApiMetrics(registry)));
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
    bootstrap.handler(new AcceptGate(most, options.isSsl() ? tlsDeadline : null, metrics));
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
