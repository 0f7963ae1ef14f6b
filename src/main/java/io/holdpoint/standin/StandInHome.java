package io.holdpoint.standin;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** Makes what a stand-in node needs on disk: homes as from a tarball, packs, settings. */
public final class StandInHome {
  static final String VERSION_FILE = "logstash-core/versions-gem-copy.yml";

  private StandInHome() {}

  /**
   * Writes a home; what is in the folder already stays, unless it is of the same name.
   *
   * @param javaCommand starts a JVM that knows this room, such as {@link #javaCommand}
   */
  public static Path create(Path home, String version, List<String> javaCommand)
      throws IOException {
    Files.createDirectories(home.resolve(VERSION_FILE).getParent());
    Files.writeString(home.resolve(VERSION_FILE), "logstash: " + version + "\n");
    script(home.resolve("bin/logstash"), "node", javaCommand);
    script(home.resolve("bin/logstash-plugin"), "plugin", javaCommand);
    Gemfile gemfile = new Gemfile(home);
    Map<String, String> plugins = BundledPlugins.of(Version.of(version));
    gemfile.writeWanted(plugins);
    gemfile.writeLocked(plugins);
    return home;
  }

  /** Writes a tarball whose one top folder is the home {@code logstash-VERSION}. */
  public static Path archive(Path tarGz, String version, List<String> javaCommand)
      throws IOException {
    Path target = tarGz.toAbsolutePath();
    Path work = Files.createTempDirectory("standin");
    String folder = "logstash-" + version;
    create(work.resolve(folder), version, javaCommand);
    run("tar", "-czf", target.toString(), "-C", work.toString(), folder);
    run("rm", "-rf", work.toString());
    return tarGz;
  }

  /** Writes an offline pack, as {@code logstash-plugin install file:///…} takes it. */
  public static Path pack(Path zip, Map<String, String> versionByPlugin) throws IOException {
    try (ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(zip))) {
      for (Map.Entry<String, String> plugin : versionByPlugin.entrySet()) {
        out.putNextEntry(
            new ZipEntry("logstash/" + plugin.getKey() + "-" + plugin.getValue() + ".gem"));
        out.closeEntry();
      }
    }
    return zip;
  }

  /**
   * Writes the folder that {@code --path.settings} names.
   *
   * @param logstashYml beside the port; see {@link StandIn} for the keys of its own
   * @param pipelines text by id
   */
  public static void settings(
      Path pathSettings,
      int apiPort,
      Map<String, String> logstashYml,
      Map<String, String> pipelines)
      throws IOException {
    Path folder = Files.createDirectories(pathSettings).toAbsolutePath();
    Path conf = Files.createDirectories(folder.resolve("conf.d"));
    StringBuilder yml = new StringBuilder("api.http.port: " + apiPort + "\n");
    logstashYml.forEach(
        (key, value) -> yml.append(key).append(": ").append(FlatYaml.quoted(value)).append('\n'));
    Files.writeString(folder.resolve("logstash.yml"), yml);
    Files.writeString(folder.resolve("jvm.options"), "-Xms1g\n-Xmx1g\n");
    StringBuilder list = new StringBuilder();
    for (Map.Entry<String, String> pipeline : pipelines.entrySet()) {
      Path file = conf.resolve(pipeline.getKey() + ".conf");
      Files.writeString(file, pipeline.getValue());
      list.append("- pipeline.id: ").append(pipeline.getKey()).append('\n');
      list.append("  path.config: ").append(FlatYaml.quoted(file.toString())).append('\n');
    }
    Files.writeString(folder.resolve("pipelines.yml"), list);
  }

  /** This JVM, quick to start, with the classes or the jar that this class came from. */
  public static List<String> javaCommand() {
    try {
      Path classes =
          Path.of(StandInHome.class.getProtectionDomain().getCodeSource().getLocation().toURI());
      return List.of(
          Path.of(System.getProperty("java.home"), "bin", "java").toString(),
          "-XX:TieredStopAtLevel=1",
          "-XX:+UseSerialGC",
          "-XX:-UsePerfData",
          "-Xshare:auto",
          "-Xmx64m",
          "-cp",
          classes.toString());
    } catch (URISyntaxException e) {
      throw new IllegalStateException("these classes come from no file", e);
    }
  }

  /** The home is the script's real one, so that a node started by a link keeps its version. */
  private static void script(Path file, String mode, List<String> javaCommand) throws IOException {
    Files.createDirectories(file.getParent());
    String java =
        javaCommand.stream()
            .map(word -> "'" + word.replace("'", "'\\''") + "'")
            .collect(Collectors.joining(" "));
    Files.writeString(
        file,
        """
        #!/bin/sh
        home=$(cd -P -- "${0%%/*}/.." && pwd -P) || exit 1
        exec %s %s --home "$home" %s "$@"
        """
            .formatted(java, StandIn.class.getName(), mode));
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  private static void run(String... command) throws IOException {
    try {
      Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
      String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      if (process.waitFor() != 0) {
        throw new IOException(String.join(" ", command) + ": " + said);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException(e);
    }
  }
}
