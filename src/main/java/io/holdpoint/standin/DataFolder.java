package io.holdpoint.standin;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * {@code path.data}, locked: one process at a time, as its queues belong to one.
 *
 * @param lock held until the process ends
 */
record DataFolder(Path folder, FileLock lock) {
  static DataFolder locked(Path folder) throws ConfigException {
    try {
      Files.createDirectories(folder);
      FileChannel channel =
          FileChannel.open(
              folder.resolve(".lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      FileLock lock = channel.tryLock();
      if (lock == null) {
        throw new ConfigException(
            "Logstash could not be started because there is already another instance using the"
                + " configured data directory. If you wish to run multiple instances, you must"
                + " change the \"path.data\" setting.");
      }
      return new DataFolder(folder, lock);
    } catch (IOException e) {
      throw new ConfigException("Path \"" + folder + "\" must be a writable directory: " + e);
    }
  }

  /** The identity of the node, whatever process or version runs on this data. */
  String id() throws IOException {
    Path file = folder.resolve("uuid");
    if (!Files.exists(file)) {
      Files.writeString(file, Identity.randomId());
    }
    return Files.readString(file).strip();
  }

  Trace trace() {
    return new Trace(folder.resolve("trace"));
  }

  void started(Version version, String ephemeralId) {
    Trace.line(folder.resolve("starts"), version.text(), ephemeralId);
  }

  /** Whether the other side of a blocked output takes events again. */
  boolean unblocked() {
    return Files.exists(folder.resolve("unblock"));
  }
}
