package io.holdpoint.cluster;

import io.vertx.core.Completable;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.spi.cluster.NodeInfo;
import io.vertx.core.spi.cluster.RegistrationInfo;
import io.vertx.core.spi.cluster.RegistrationListener;
import io.vertx.core.spi.cluster.RegistrationUpdateEvent;
import io.vertx.ext.cluster.infinispan.InfinispanClusterManager;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.infinispan.manager.DefaultCacheManager;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Infinispan's cluster manager, with a table of consumers that survives a split. The parts of a
 * split take each other's members out of the table, and when they merge one part's rows are kept
 * and nobody is told: members would be there again and hear nothing until they are started anew. So
 * each member compares the table now and then with what it knows: it says again where it is
 * reached, puts back what is missing of its own, and tells its event bus what the table holds.
 */
final class MendedClusterManager extends InfinispanClusterManager {
  private static final Logger log = LoggerFactory.getLogger(MendedClusterManager.class);

  /** How long a merged member hears nothing, when nothing else is slow. */
  private static final long PAUSE_MILLIS = 3_000;

  private final DefaultCacheManager caches;
  private final Map<String, Set<RegistrationInfo>> own = new ConcurrentHashMap<>();

  /** Addresses that messages were sent to; those that the event bus forgot are forgotten here. */
  private final Set<String> asked = ConcurrentHashMap.newKeySet();

  private volatile @Nullable RegistrationListener listener;
  private volatile @Nullable NodeInfo reached;

  MendedClusterManager(DefaultCacheManager caches) {
    super(caches);
    this.caches = caches;
  }

  @Override
  public void registrationListener(RegistrationListener registrationListener) {
    listener = registrationListener;
    super.registrationListener(registrationListener);
  }

  @Override
  public void setNodeInfo(NodeInfo nodeInfo, Completable<Void> promise) {
    reached = nodeInfo;
    super.setNodeInfo(nodeInfo, promise);
  }

  @Override
  public void addRegistration(
      String address, RegistrationInfo registration, Completable<Void> promise) {
    if (!registration.localOnly()) {
      own.computeIfAbsent(address, first -> ConcurrentHashMap.newKeySet()).add(registration);
    }
    super.addRegistration(address, registration, promise);
  }

  @Override
  public void removeRegistration(
      String address, RegistrationInfo registration, Completable<Void> promise) {
    own.computeIfPresent(
        address,
        (key, registrations) -> {
          registrations.remove(registration);
          return registrations.isEmpty() ? null : registrations;
        });
    super.removeRegistration(address, registration, promise);
  }

  @Override
  public void getRegistrations(String address, Completable<List<RegistrationInfo>> promise) {
    asked.add(address);
    super.getRegistrations(address, promise);
  }

  /** Begins to compare and mend, once at a time, until {@code vertx} is closed. */
  void keepMending(Vertx vertx) {
    vertx.setTimer(
        PAUSE_MILLIS,
        // Not on the event loop: a change of members holds a lock of the manager for seconds.
        due ->
            vertx
                .executeBlocking(this::mend)
                .compose(mending -> mending)
                .onComplete(done -> keepMending(vertx)));
  }

  /** As far as that goes now: what fails is seen again the next time. */
  private Future<Void> mend() {
    RegistrationListener told = listener;
    NodeInfo info = reached;
    if (told == null || info == null || !isActive()) {
      return Future.succeededFuture();
    }
    List<Future<?>> all = new ArrayList<>();
    Promise<Void> said = Promise.promise();
    super.setNodeInfo(info, said);
    all.add(said.future());
    asked.removeIf(address -> !told.wantsUpdatesFor(address));
    Set<String> addresses = new HashSet<>(own.keySet());
    addresses.addAll(asked);
    for (String address : addresses) {
      Promise<List<RegistrationInfo>> read = Promise.promise();
      super.getRegistrations(address, read);
      all.add(read.future().compose(rows -> mend(told, address, rows)));
    }
    return Future.join(all).mapEmpty();
  }

  private Future<Void> mend(
      RegistrationListener told, String address, List<RegistrationInfo> rows) {
    List<Future<?>> changes = new ArrayList<>();
    List<RegistrationInfo> good = new ArrayList<>();
    for (RegistrationInfo row : rows) {
      if (isStray(address, row)) {
        Promise<Void> removed = Promise.promise();
        super.removeRegistration(address, row, removed);
        changes.add(removed.future());
      } else if (row.localOnly() || getNodes().contains(row.nodeId())) {
        good.add(row);
      }
    }
    told.registrationsUpdated(new RegistrationUpdateEvent(address, good));
    Set<RegistrationInfo> missing = new HashSet<>(own.getOrDefault(address, Set.of()));
    missing.removeAll(Set.copyOf(rows));
    for (RegistrationInfo row : missing) {
      log.atInfo().addKeyValue("address", address).log("a consumer was put back into the cluster");
      Promise<Void> put = Promise.promise();
      super.addRegistration(address, row, put);
      changes.add(put.future());
    }
    return Future.join(changes).mapEmpty();
  }

  /** Each member clears up behind itself, the coordinator behind those that are gone. */
  private boolean isStray(String address, RegistrationInfo row) {
    if (row.localOnly()) {
      return false;
    }
    if (row.nodeId().equals(getNodeId())) {
      return !own.getOrDefault(address, Set.of()).contains(row);
    }
    return caches.isCoordinator() && !getNodes().contains(row.nodeId());
  }
}
