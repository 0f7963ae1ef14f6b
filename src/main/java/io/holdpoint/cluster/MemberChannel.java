package io.holdpoint.cluster;

import io.holdpoint.config.ClusterConfig;
import java.net.InetAddress;
import org.jgroups.JChannel;
import org.jgroups.protocols.FD_ALL3;
import org.jgroups.protocols.FD_SOCK;
import org.jgroups.protocols.FRAG4;
import org.jgroups.protocols.MERGE3;
import org.jgroups.protocols.MFC;
import org.jgroups.protocols.TCP;
import org.jgroups.protocols.UFC;
import org.jgroups.protocols.UNICAST3;
import org.jgroups.protocols.VERIFY_SUSPECT2;
import org.jgroups.protocols.pbcast.GMS;
import org.jgroups.protocols.pbcast.NAKACK2;
import org.jgroups.protocols.pbcast.STABLE;
import org.jgroups.stack.Protocol;

/**
 * The JGroups stack that the members know each other by: TCP with TLS, no multicast. A closed
 * connection or silence makes a member suspect; after a split the parts merge by themselves.
 */
final class MemberChannel {
  private static final long SILENT_MILLIS = 8_000;
  private static final long HEARTBEAT_MILLIS = 2_000;
  private static final long VERIFY_MILLIS = 1_000;
  private static final long JOIN_MILLIS = 3_000;
  private static final long SHORTEST_MERGE_MILLIS = 3_000;
  private static final long LONGEST_MERGE_MILLIS = 10_000;
  private static final int CONNECT_MILLIS = 2_000;

  private MemberChannel() {}

  /**
   * Not connected yet.
   *
   * @param discovery by which the members find each other
   */
  static JChannel open(ClusterConfig config, ClusterKey key, Protocol discovery) throws Exception {
    TCP tcp = new TCP();
    tcp.setBindAddress(InetAddress.getByName(config.host()));
    tcp.setBindPort(config.port());
    tcp.setPortRange(0);
    tcp.setSockConnTimeout(CONNECT_MILLIS);
    tcp.setSocketFactory(key.sockets());
    // Notices at once when a member was killed. The newer FD_SOCK2 cannot do TLS.
    FD_SOCK closed = new FD_SOCK().setStartPort(config.port() == 0 ? 0 : config.port() + 1);
    return new JChannel(
        tcp,
        discovery,
        new MERGE3().setMinInterval(SHORTEST_MERGE_MILLIS).setMaxInterval(LONGEST_MERGE_MILLIS),
        closed,
        new FD_ALL3().setTimeout(SILENT_MILLIS).setInterval(HEARTBEAT_MILLIS),
        new VERIFY_SUSPECT2().setTimeout(VERIFY_MILLIS),
        new NAKACK2().useMcastXmit(false),
        new UNICAST3(),
        new STABLE(),
        new GMS().setJoinTimeout(JOIN_MILLIS).printLocalAddress(false),
        new UFC(),
        new MFC(),
        new FRAG4());
  }
}
