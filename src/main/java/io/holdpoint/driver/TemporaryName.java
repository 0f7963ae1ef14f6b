package io.holdpoint.driver;

import java.nio.charset.StandardCharsets;

/** Names beside a target that follow from the target and what is to become of it. */
final class TemporaryName {
  private static final int DIGITS = 16;

  private TemporaryName() {}

  static String beside(String target, byte[] content) {
    int slash = target.lastIndexOf('/');
    return target.substring(0, slash + 1)
        + "."
        + target.substring(slash + 1)
        + ".holdpoint-"
        + FileState.hash(content).substring(0, DIGITS);
  }

  /** For a symbolic link to {@code target}. */
  static String ofLink(String link, String target) {
    return beside(link, target.getBytes(StandardCharsets.UTF_8));
  }

  static String parent(String path) {
    int slash = path.lastIndexOf('/');
    return slash <= 0 ? "/" : path.substring(0, slash);
  }

  /**
   * @throws NodeException unless the path is absolute and names a file
   */
  static String checked(String path) {
    if (!path.startsWith("/") || path.endsWith("/") || path.indexOf('\0') >= 0) {
      throw new NodeException(
          NodeException.Kind.REFUSED, "not an absolute path of a file: " + Failures.line(path));
    }
    return path;
  }
}
