package io.holdpoint.cli;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;

/** A port of this host that nobody has at the moment, for a process that is about to start. */
final class FreePort {
  private FreePort() {}

  static int find() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }
}
