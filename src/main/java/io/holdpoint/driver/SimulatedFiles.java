package io.holdpoint.driver;

import io.holdpoint.driver.NodeException.Kind;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystems;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The files of one simulated host, in memory. Paths are absolute; symbolic links are followed as a
 * file system does: those on the way always, the last one only by what reads. Not thread-safe.
 */
final class SimulatedFiles {
  private static final int MOST_LINKS = 40;

  private final TreeMap<String, byte[]> files = new TreeMap<>();
  private final TreeMap<String, String> links = new TreeMap<>();
  private final Set<String> directories = new TreeSet<>(Set.of("/"));

  /** Null when there is no such file. */
  byte @Nullable [] read(String path) {
    return files.get(followed(path));
  }

  /** Empty when there is no such file. */
  String text(String path) {
    byte[] content = read(path);
    return content == null ? "" : new String(content, StandardCharsets.UTF_8);
  }

  @Nullable String readLink(String path) {
    return links.get(located(path));
  }

  boolean isDirectory(String path) {
    return directories.contains(followed(path));
  }

  /** Makes missing directories too. */
  void write(String path, byte[] content) {
    String place = followed(path);
    if (directories.contains(place)) {
      throw refused(path + " is a directory");
    }
    makeDirectories(parent(place));
    files.put(place, content.clone());
  }

  void write(String path, String text) {
    write(path, text.getBytes(StandardCharsets.UTF_8));
  }

  /** Replaces a symbolic link rather than the file behind it; nothing when {@code from} is gone. */
  void rename(String from, String to) {
    String source = located(from);
    byte[] content = files.get(source);
    if (content != null && !source.equals(located(to))) {
      remove(to);
      files.put(located(to), content);
      files.remove(source);
    }
  }

  void link(String target, String link) {
    String place = located(link);
    if (directories.contains(place)) {
      throw refused(link + " is a directory");
    }
    makeDirectories(parent(place));
    files.remove(place);
    links.put(place, target);
  }

  void remove(String path) {
    String place = located(path);
    if (directories.contains(place)) {
      throw refused(path + " is a directory");
    }
    files.remove(place);
    links.remove(place);
  }

  void makeDirectories(String path) {
    String place = followed(path);
    if (files.containsKey(place)) {
      throw refused(path + " is a file");
    }
    for (String each = place; directories.add(each); each = parent(each)) {
      files.remove(each);
    }
  }

  /** A file, or a directory with what is in it, below {@code to} when that is a directory. */
  void copy(String from, String to) {
    String source = followed(from);
    String target = isDirectory(to) ? to + source.substring(source.lastIndexOf('/')) : to;
    byte[] content = files.get(source);
    if (content != null) {
      write(target, content);
      return;
    }
    makeDirectories(target);
    String below = source + "/";
    Map<String, byte[]> found = new TreeMap<>(files.subMap(below, below + Character.MAX_VALUE));
    found.forEach((path, each) -> write(target + path.substring(source.length()), each));
  }

  /**
   * The files that a Logstash reads for a {@code path.config}, in its order.
   *
   * @param pattern a file, a directory, or a pattern with wildcards in its last part
   */
  List<String> matching(String pattern) {
    String wanted = isDirectory(pattern) ? pattern + "/*" : pattern;
    if (read(wanted) != null) {
      return List.of(wanted);
    }
    PathMatcher matcher =
        FileSystems.getDefault().getPathMatcher("glob:" + followed(parent(wanted)) + last(wanted));
    List<String> found = new ArrayList<>();
    for (String file : files.keySet()) {
      if (matcher.matches(Path.of(file))) {
        found.add(file);
      }
    }
    return found;
  }

  /** Where {@code path} really is: all links followed. */
  String followed(String path) {
    String place = located(path);
    for (int count = 0; links.containsKey(place); count++) {
      if (count == MOST_LINKS) {
        throw refused(path + ": too many levels of symbolic links");
      }
      place = located(absolute(place, links.get(place)));
    }
    return place;
  }

  /** Where the entry {@code path} is: the links on the way followed, itself not. */
  private String located(String path) {
    String clean = Path.of(path).normalize().toString();
    if (!clean.startsWith("/")) {
      throw refused(path + " is not an absolute path");
    }
    if (clean.equals("/")) {
      return clean;
    }
    String parent = followed(parent(clean));
    return (parent.equals("/") ? "" : parent) + last(clean);
  }

  private static String absolute(String link, String target) {
    return target.startsWith("/") ? target : parent(link) + "/" + target;
  }

  private static String parent(String path) {
    int slash = path.lastIndexOf('/');
    return slash <= 0 ? "/" : path.substring(0, slash);
  }

  /** With its slash. */
  private static String last(String path) {
    return path.substring(path.lastIndexOf('/'));
  }

  private static NodeException refused(String why) {
    return new NodeException(Kind.REFUSED, why);
  }
}
