package io.holdpoint.cluster;

import io.holdpoint.config.ClusterConfig;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxBuilder;
import io.vertx.core.VertxOptions;
import io.vertx.core.eventbus.EventBusOptions;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.infinispan.configuration.cache.CacheMode;
import org.infinispan.configuration.cache.Configuration;
import org.infinispan.configuration.cache.ConfigurationBuilder;
import org.infinispan.configuration.global.GlobalConfigurationBuilder;
import org.infinispan.conflict.MergePolicy;
import org.infinispan.manager.DefaultCacheManager;
import org.infinispan.partitionhandling.PartitionHandling;
import org.infinispan.remoting.transport.Address;
import org.infinispan.remoting.transport.jgroups.JGroupsTransport;
import org.jgroups.JChannel;
import org.jgroups.stack.Protocol;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * This process as a member: a Vert.x instance whose published messages reach all members. Its
 * consumers are known on every node by a replicated table (Infinispan), which is kept for the event
 * bus alone: no locks, no counters, no data of ours.
 */
public final class ClusterMember {
  private static final Logger log = LoggerFactory.getLogger(ClusterMember.class);
  private static final String CLUSTER = "holdpoint";

  /** A member that does not answer holds up a new one for so long at most. */
  private static final long TRANSFER_SECONDS = 15;

  /** Longer than it takes to give up a silent member: else a change of the table is lost. */
  private static final long REMOTE_SECONDS = 12;

  private static final int CONNECT_MILLIS = 2_000;

  /**
   * After twice this time a silent connection is to be closed; that waits for what is written, so
   * what a frozen member has not read stays until the system gives its socket up.
   */
  private static final long PING_MILLIS = 5_000;

  private final JChannel channel;
  private final DefaultCacheManager caches;
  private final Vertx vertx;

  private ClusterMember(JChannel channel, DefaultCacheManager caches, Vertx vertx) {
    this.channel = channel;
    this.caches = caches;
    this.vertx = vertx;
  }

  /**
   * Joins; blocking, some seconds.
   *
   * @param builder what the Vert.x instance shall have besides
   * @param discovery by which the members find each other
   * @throws ClusterException with what to do; nothing is left running
   */
  public static ClusterMember join(
      VertxBuilder builder, VertxOptions options, ClusterConfig config, Protocol discovery) {
    ClusterKey key = ClusterKey.read(config);
    JChannel channel = null;
    DefaultCacheManager caches = null;
    Future<Vertx> building = null;
    try {
      channel = MemberChannel.open(config, key, discovery);
      caches = caches(channel);
      caches.start();
      caches.addListener(new MemberLog());
      options.setEventBusOptions(
          key.secure(
              new EventBusOptions()
                  .setHost(config.host())
                  .setClusterPublicHost(config.host())
                  .setPort(config.busPort())
                  .setConnectTimeout(CONNECT_MILLIS)
                  .setClusterPingInterval(PING_MILLIS)
                  .setClusterPingReplyInterval(PING_MILLIS)));
      MendedClusterManager manager = new MendedClusterManager(caches);
      building = builder.with(options).withClusterManager(manager).buildClustered();
      Vertx vertx = await(building);
      manager.keepMending(vertx);
      return new ClusterMember(channel, caches, vertx);
    } catch (Exception failure) {
      if (building != null) {
        building.onSuccess(Vertx::close);
      }
      close(channel, caches);
      throw new ClusterException(
          "the cluster cannot be joined at "
              + config.host()
              + ": "
              + failure.getMessage()
              + "; check HOLDPOINT_CLUSTER_HOST, _PORT and _BUS_PORT, and that all members have"
              + " the same key store",
          failure);
    }
  }

  private static <T> T await(Future<T> future) throws Exception {
    return future
        .toCompletionStage()
        .toCompletableFuture()
        .get(3 * TRANSFER_SECONDS, TimeUnit.SECONDS);
  }

  private static DefaultCacheManager caches(JChannel channel) {
    GlobalConfigurationBuilder global = new GlobalConfigurationBuilder();
    global
        .transport()
        .transport(new JGroupsTransport(channel))
        .clusterName(CLUSTER)
        .initialClusterTimeout(TRANSFER_SECONDS, TimeUnit.SECONDS);
    global.jmx().disable();
    DefaultCacheManager caches = new DefaultCacheManager(global.build(), false);
    // The names are the cluster manager's own.
    caches.defineConfiguration("__vertx.subs", replicated());
    caches.defineConfiguration("__vertx.haInfo", replicated());
    caches.defineConfiguration("__vertx.nodeInfo", replicated());
    caches.defineConfiguration("__vertx.distributed.cache.configuration", distributed());
    return caches;
  }

  private static Configuration replicated() {
    return with(new ConfigurationBuilder(), CacheMode.REPL_SYNC).build();
  }

  private static Configuration distributed() {
    return with(new ConfigurationBuilder().template(true), CacheMode.DIST_SYNC).build();
  }

  private static ConfigurationBuilder with(ConfigurationBuilder builder, CacheMode mode) {
    builder
        .clustering()
        .cacheMode(mode)
        .remoteTimeout(REMOTE_SECONDS, TimeUnit.SECONDS)
        // All copies are made alike when the parts of a split merge; else each keeps its own rows.
        .partitionHandling()
        .whenSplit(PartitionHandling.ALLOW_READ_WRITES)
        .mergePolicy(MergePolicy.PREFERRED_NON_NULL)
        .stateTransfer()
        .timeout(TRANSFER_SECONDS, TimeUnit.SECONDS)
        .awaitInitialTransfer(false);
    return builder;
  }

  public Vertx vertx() {
    return vertx;
  }

  /** What the others call this one. */
  public String id() {
    return caches.getNodeAddress();
  }

  /** The ids of the others, as far as this one knows; a look into memory. */
  public Set<String> others() {
    Set<String> others =
        caches.getMembers().stream().map(Address::toString).collect(Collectors.toSet());
    others.remove(id());
    return others;
  }

  /** How many members there are as far as this one knows, itself included. */
  public int size() {
    return channel.getView().size();
  }

  /**
   * After its Vert.x instance was closed. Blocking, for at most {@code millis}: what is not through
   * by then is left to the others, who notice.
   */
  public void leave(long millis) {
    Thread leaving = new Thread(() -> close(channel, caches), "cluster-leave");
    leaving.setDaemon(true);
    leaving.start();
    try {
      leaving.join(millis);
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
    }
  }

  private static void close(@Nullable JChannel channel, @Nullable DefaultCacheManager caches) {
    try {
      if (caches != null) {
        caches.stop();
      }
    } catch (RuntimeException unclean) {
      log.atWarn().log("the cluster was not left cleanly: " + unclean.getMessage());
    } finally {
      if (channel != null) {
        channel.close();
      }
    }
  }
}
