package io.holdpoint.store;

import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Properties;

/**
 * The passwords of the embedded server: random, made once, kept in a file that only its owner reads
 * and needed by every connection. Hexadecimal, so that they fit into SQL and URIs as they are.
 */
record Credentials(String superuser, String owner, String runtime) {

  private static final int PASSWORD_BYTES = 24;

  /** Reads the passwords; makes them if there are none and no server that would know them. */
  static Credentials obtain(Path file, boolean initialised) throws IOException {
    if (Files.exists(file)) {
      PrivateFiles.restrict(file);
      return read(file);
    }
    if (initialised) {
      throw new StartException(
          "the passwords of the embedded PostgreSQL are missing ("
              + file
              + "); restore the file,"
              + " or set HOLDPOINT_DATA_DIR to a new directory");
    }
    Credentials made = new Credentials(random(), random(), random());
    PrivateFiles.write(
        file,
        "superuser=%s\nowner=%s\nruntime=%s\n"
            .formatted(made.superuser(), made.owner(), made.runtime()));
    return made;
  }

  static Credentials read(Path file) throws IOException {
    Properties properties = new Properties();
    properties.load(new StringReader(Files.readString(file)));
    return new Credentials(
        password(properties, "superuser", file),
        password(properties, "owner", file),
        password(properties, "runtime", file));
  }

  private static String password(Properties properties, String name, Path file) {
    String password = properties.getProperty(name, "");
    if (!password.matches("[0-9a-f]{" + 2 * PASSWORD_BYTES + "}")) {
      throw new StartException(
          "the passwords of the embedded PostgreSQL are damaged ("
              + name
              + " in "
              + file
              + "); restore the file, or set HOLDPOINT_DATA_DIR to a new directory");
    }
    return password;
  }

  private static String random() {
    byte[] bytes = new byte[PASSWORD_BYTES];
    new SecureRandom().nextBytes(bytes);
    return HexFormat.of().formatHex(bytes);
  }

  @Override
  public String toString() {
    return "Credentials[hidden]";
  }
}
