package io.holdpoint.driver;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.apache.sshd.sftp.client.SftpClient;
import org.apache.sshd.sftp.client.SftpClient.Attribute;
import org.apache.sshd.sftp.client.SftpClient.Attributes;
import org.apache.sshd.sftp.client.SftpClient.CloseableHandle;
import org.apache.sshd.sftp.client.SftpClient.CopyMode;
import org.apache.sshd.sftp.client.SftpClient.OpenMode;
import org.apache.sshd.sftp.client.extensions.openssh.OpenSSHFsyncExtension;
import org.apache.sshd.sftp.client.extensions.openssh.OpenSSHPosixRenameExtension;
import org.apache.sshd.sftp.common.SftpConstants;
import org.apache.sshd.sftp.common.SftpException;
import org.jspecify.annotations.Nullable;

/** The files of another host, as {@link NodeDriver} promises them; blocking. */
final class SftpFiles {
  private static final Set<OpenMode> REPLACE =
      EnumSet.of(OpenMode.Write, OpenMode.Create, OpenMode.Truncate);
  private static final int OVERWRITING_VERSION = 5;
  private static final int CHUNK = 32 << 10;
  private static final int MODE = 07777;
  private static final int OWNER_ONLY = 0600;
  private static final int OWNER_ONLY_DIRECTORY = 0700;

  private final SftpClient sftp;

  SftpFiles(SftpClient sftp) {
    this.sftp = sftp;
  }

  FileState read(String path) throws IOException {
    Attributes attributes = attributes(TemporaryName.checked(path), true);
    if (attributes == null) {
      return FileState.MISSING;
    }
    if (!attributes.isRegularFile()) {
      throw refused(path + " is no regular file");
    }
    return new FileState(bytes(path, 0));
  }

  /** The newest {@link NodeDriver#MAX_BYTES} bytes; empty when the file is missing. */
  String tail(String path) throws IOException {
    Attributes attributes = attributes(path, true);
    return attributes == null
        ? ""
        : new String(
            bytes(path, Math.max(0, attributes.getSize() - NodeDriver.MAX_BYTES)),
            StandardCharsets.UTF_8);
  }

  boolean exists(String path) throws IOException {
    return attributes(path, false) != null;
  }

  @Nullable String readLink(String path) throws IOException {
    Attributes attributes = attributes(TemporaryName.checked(path), false);
    return attributes != null && attributes.isSymbolicLink() ? sftp.readLink(path) : null;
  }

  String stage(String target, byte[] content) throws IOException {
    Attributes replaced = attributes(TemporaryName.checked(target), true);
    String staged = TemporaryName.beside(target, content);
    makeDirectories(TemporaryName.parent(target), 0);
    try (CloseableHandle handle = sftp.open(staged, REPLACE)) {
      // Closed to others before there is anything to read.
      sftp.setStat(handle, new Attributes().perms(OWNER_ONLY));
      for (int from = 0; from < content.length; from += CHUNK) {
        sftp.write(handle, from, content, from, Math.min(CHUNK, content.length - from));
      }
      if (replaced != null) {
        resemble(replaced, handle);
      }
      sync(handle);
    }
    return staged;
  }

  void commit(String staged, String target) throws IOException {
    if (exists(TemporaryName.checked(staged))) {
      replace(staged, TemporaryName.checked(target));
    }
  }

  void link(String target, String link) throws IOException {
    if (target.equals(readLink(link))) {
      return;
    }
    String temporary = TemporaryName.ofLink(link, target);
    makeDirectories(TemporaryName.parent(link), 0);
    if (exists(temporary)) {
      sftp.remove(temporary);
    }
    sftp.symLink(temporary, target);
    replace(temporary, link);
  }

  void remove(String path) throws IOException {
    Attributes attributes = attributes(TemporaryName.checked(path), false);
    if (attributes != null && attributes.isDirectory()) {
      throw refused(path + " is a directory");
    }
    if (attributes != null) {
      sftp.remove(path);
    }
  }

  void makeOwnerOnlyDirectory(String path) throws IOException {
    makeDirectories(path, OWNER_ONLY_DIRECTORY);
  }

  /**
   * @param mode of the ones that are made; 0 is as the host does it
   */
  private void makeDirectories(String path, int mode) throws IOException {
    if (path.equals("/") || attributes(path, true) != null) {
      return;
    }
    makeDirectories(TemporaryName.parent(path), mode);
    try {
      sftp.mkdir(path);
      if (mode != 0) {
        sftp.setStat(path, new Attributes().perms(mode));
      }
    } catch (SftpException failed) {
      // Another may have made it at the same time.
      if (attributes(path, true) == null) {
        throw failed;
      }
    }
  }

  /** Mode, owner and group of the file that will be replaced, or else the service may lose it. */
  private void resemble(Attributes replaced, CloseableHandle staged) throws IOException {
    Attributes present = sftp.stat(staged);
    Attributes owner = new Attributes();
    if (replaced.getFlags().contains(Attribute.UidGid)
        && (replaced.getUserId() != present.getUserId()
            || replaced.getGroupId() != present.getGroupId())) {
      owner.owner(replaced.getUserId(), replaced.getGroupId());
      sftp.setStat(staged, owner);
    } else if (replaced.getFlags().contains(Attribute.OwnerGroup)
        && !(replaced.getOwner().equals(present.getOwner())
            && replaced.getGroup().equals(present.getGroup()))) {
      owner.setOwner(replaced.getOwner());
      owner.setGroup(replaced.getGroup());
      sftp.setStat(staged, owner);
    }
    sftp.setStat(staged, new Attributes().perms(replaced.getPermissions() & MODE));
  }

  private void replace(String from, String to) throws IOException {
    OpenSSHPosixRenameExtension posix = sftp.getExtension(OpenSSHPosixRenameExtension.class);
    if (posix != null && posix.isSupported()) {
      posix.posixRename(from, to);
    } else if (sftp.getVersion() >= OVERWRITING_VERSION) {
      sftp.rename(from, to, List.of(CopyMode.Overwrite, CopyMode.Atomic));
    } else {
      throw refused("the host cannot replace a file at once: its SFTP server has no posix-rename");
    }
    try (CloseableHandle directory = sftp.open(TemporaryName.parent(to), OpenMode.Read)) {
      sync(directory);
    } catch (SftpException notOfDirectories) {
      // Then the rename is as durable as the host makes it.
    }
  }

  private void sync(CloseableHandle handle) throws IOException {
    OpenSSHFsyncExtension sync = sftp.getExtension(OpenSSHFsyncExtension.class);
    if (sync != null && sync.isSupported()) {
      sync.fsync(handle);
    }
  }

  private byte[] bytes(String path, long from) throws IOException {
    byte[] bytes = new byte[CHUNK];
    int length = 0;
    try (CloseableHandle handle = sftp.open(path, OpenMode.Read)) {
      int read = 0;
      while (read >= 0 && length < NodeDriver.MAX_BYTES) {
        int room = Math.min(CHUNK, NodeDriver.MAX_BYTES - length);
        if (bytes.length < length + room) {
          bytes = Arrays.copyOf(bytes, Math.min(NodeDriver.MAX_BYTES, 2 * bytes.length));
        }
        read =
            sftp.read(handle, from + length, bytes, length, Math.min(room, bytes.length - length));
        length += Math.max(0, read);
      }
    }
    return Arrays.copyOf(bytes, length);
  }

  private @Nullable Attributes attributes(String path, boolean follow) throws IOException {
    try {
      return follow ? sftp.stat(path) : sftp.lstat(path);
    } catch (SftpException failed) {
      if (failed.getStatus() == SftpConstants.SSH_FX_NO_SUCH_FILE
          || failed.getStatus() == SftpConstants.SSH_FX_NO_SUCH_PATH) {
        return null;
      }
      throw failed;
    }
  }

  private static NodeException refused(String problem) {
    return new NodeException(NodeException.Kind.REFUSED, problem);
  }
}
