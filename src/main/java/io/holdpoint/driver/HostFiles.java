package io.holdpoint.driver;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotLinkException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The files of this host, as {@link NodeDriver} promises them; blocking. */
final class HostFiles {
  private static final Set<PosixFilePermission> OWNER_ONLY =
      PosixFilePermissions.fromString("rw-------");
  private static final Set<PosixFilePermission> OWNER_ONLY_DIRECTORY =
      PosixFilePermissions.fromString("rwx------");

  private HostFiles() {}

  static FileState read(String path) throws IOException {
    Path file = Path.of(TemporaryName.checked(path));
    if (Files.exists(file) && !Files.isRegularFile(file)) {
      throw new NodeException(NodeException.Kind.REFUSED, path + " is no regular file");
    }
    try (InputStream in = Files.newInputStream(file)) {
      return new FileState(in.readNBytes(NodeDriver.MAX_BYTES));
    } catch (NoSuchFileException missing) {
      return FileState.MISSING;
    }
  }

  /** The newest {@link NodeDriver#MAX_BYTES} bytes; empty when the file is missing. */
  static String tail(Path file) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      long end = channel.size();
      long from = Math.max(0, end - NodeDriver.MAX_BYTES);
      ByteBuffer bytes = ByteBuffer.allocate((int) (end - from));
      int read = 0;
      while (bytes.hasRemaining() && read >= 0) {
        read = channel.read(bytes, from + bytes.position());
      }
      return new String(bytes.array(), 0, bytes.position(), StandardCharsets.UTF_8);
    } catch (NoSuchFileException missing) {
      return "";
    }
  }

  static @Nullable String readLink(String path) throws IOException {
    try {
      return Files.readSymbolicLink(Path.of(TemporaryName.checked(path))).toString();
    } catch (NoSuchFileException | NotLinkException none) {
      return null;
    }
  }

  static String stage(String target, byte[] content) throws IOException {
    Path file = Path.of(TemporaryName.checked(target));
    Path staged = Path.of(TemporaryName.beside(target, content));
    Files.createDirectories(Path.of(TemporaryName.parent(target)));
    if (!Files.exists(staged, LinkOption.NOFOLLOW_LINKS)) {
      createOwnerOnly(staged);
    }
    try (FileChannel channel = FileChannel.open(staged, StandardOpenOption.WRITE)) {
      ByteBuffer bytes = ByteBuffer.wrap(content);
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
      channel.truncate(content.length);
      resemble(file, staged);
      channel.force(true);
    }
    return staged.toString();
  }

  static void commit(String staged, String target) throws IOException {
    Path from = Path.of(TemporaryName.checked(staged));
    Path to = Path.of(TemporaryName.checked(target));
    try {
      Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
    } catch (NoSuchFileException done) {
      if (Files.exists(from, LinkOption.NOFOLLOW_LINKS)) {
        throw done;
      }
    }
    forceDirectory(Path.of(TemporaryName.parent(target)));
  }

  static void link(String target, String link) throws IOException {
    if (target.equals(readLink(link))) {
      return;
    }
    Path temporary = Path.of(TemporaryName.ofLink(link, target));
    Files.createDirectories(Path.of(TemporaryName.parent(link)));
    Files.deleteIfExists(temporary);
    Files.createSymbolicLink(temporary, Path.of(target));
    Files.move(temporary, Path.of(link), StandardCopyOption.ATOMIC_MOVE);
    forceDirectory(Path.of(TemporaryName.parent(link)));
  }

  static void remove(String path) throws IOException {
    Path file = Path.of(TemporaryName.checked(path));
    if (Files.isDirectory(file, LinkOption.NOFOLLOW_LINKS)) {
      throw new NodeException(NodeException.Kind.REFUSED, path + " is a directory");
    }
    if (Files.deleteIfExists(file)) {
      forceDirectory(Path.of(TemporaryName.parent(path)));
    }
  }

  /** Makes the directory, for nobody else, unless there is one. */
  static void createOwnerOnlyDirectory(Path directory) throws IOException {
    if (posix(directory)) {
      Files.createDirectories(
          directory, PosixFilePermissions.asFileAttribute(OWNER_ONLY_DIRECTORY));
    } else {
      Files.createDirectories(directory);
    }
  }

  private static void createOwnerOnly(Path file) throws IOException {
    if (posix(file)) {
      Files.createFile(file, PosixFilePermissions.asFileAttribute(OWNER_ONLY));
    } else {
      Files.createFile(file);
    }
  }

  /** Mode, owner and group of the file that will be replaced, or else the service may lose it. */
  private static void resemble(Path target, Path staged) throws IOException {
    PosixFileAttributeView view = Files.getFileAttributeView(staged, PosixFileAttributeView.class);
    if (view == null || !Files.exists(target)) {
      return;
    }
    PosixFileAttributes wanted = Files.readAttributes(target, PosixFileAttributes.class);
    PosixFileAttributes present = view.readAttributes();
    if (!wanted.group().equals(present.group())) {
      view.setGroup(wanted.group());
    }
    if (!wanted.owner().equals(present.owner())) {
      view.setOwner(wanted.owner());
    }
    view.setPermissions(wanted.permissions());
  }

  private static void forceDirectory(Path directory) throws IOException {
    if (posix(directory) && Files.isDirectory(directory)) {
      try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
        channel.force(true);
      }
    }
  }

  private static boolean posix(Path path) {
    return path.getFileSystem().supportedFileAttributeViews().contains("posix");
  }
}
