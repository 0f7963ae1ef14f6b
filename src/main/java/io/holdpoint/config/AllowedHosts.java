package io.holdpoint.config;

import java.net.InetAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where this service may be made to send requests to, by the text of a URL alone: a list with
 * commas between of {@code host}, {@code *.suffix} (any name below it) or {@code http://host}, each
 * with or without a port. Without a scheme an entry stands for https, without a port for every
 * port. A name is trusted to lead where its operator says; addresses stand for nothing but
 * themselves.
 */
public final class AllowedHosts {
  /** The longest URL that is looked at. */
  public static final int LONGEST_URL = 2_048;

  private static final int LAST_PORT = 65_535;

  private static final Pattern ENTRY =
      Pattern.compile(
          "(?:(https?)://)?((?:\\*\\.)?[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?|\\[[0-9a-f:.]{2,45}])"
              + "(?::([1-9][0-9]{0,4}))?");
  private static final Pattern VISIBLE = Pattern.compile("[\\x21-\\x7E]+");

  private final List<Entry> entries;

  private record Entry(String scheme, String host, OptionalInt port) {
    boolean covers(URI uri, String named) {
      boolean sameHost =
          host.startsWith("*.")
              ? named.length() > host.length() - 1 && named.endsWith(host.substring(1))
              : named.equals(host);
      return sameHost
          && scheme.equals(uri.getScheme())
          && (port.isEmpty() || port.getAsInt() == portOf(uri));
    }
  }

  /** What became of a URL. */
  public enum Verdict {
    ALLOWED,
    /** No absolute URL of http or https, too long, or with a user or a fragment. */
    MALFORMED,
    /** Its host is not listed, or not for this scheme or port. */
    NOT_ALLOWED
  }

  private AllowedHosts(List<Entry> entries) {
    this.entries = entries;
  }

  /**
   * @throws ConfigException naming the key, when an entry is none
   */
  public static AllowedHosts parse(String text) {
    List<Entry> entries = new ArrayList<>();
    for (String part : text.isBlank() ? new String[0] : text.split(",", -1)) {
      entries.add(
          entry(part.strip().toLowerCase(Locale.ROOT))
              .orElseThrow(
                  () ->
                      Limits.refused(
                          "webhook.allowed-hosts",
                          "has the entry "
                              + Limits.shown(part.strip())
                              + "; allowed: a host, *.suffix or http://host, each with or without"
                              + " :port, with commas between")));
    }
    return new AllowedHosts(List.copyOf(entries));
  }

  /** Empty also for what no URL could ever match. */
  private static Optional<Entry> entry(String text) {
    Matcher matcher = ENTRY.matcher(text);
    if (!matcher.matches()) {
      return Optional.empty();
    }
    String host = matcher.group(2);
    OptionalInt port =
        matcher.group(3) == null
            ? OptionalInt.empty()
            : OptionalInt.of(Integer.parseInt(matcher.group(3)));
    if (port.orElse(0) > LAST_PORT || !isHostOfUrl(host.replaceFirst("^\\*", "x"))) {
      return Optional.empty();
    }
    String scheme = matcher.group(1) == null ? "https" : matcher.group(1);
    return Optional.of(new Entry(scheme, canonical(host), port));
  }

  private static boolean isHostOfUrl(String host) {
    try {
      return host.equals(new URI("https://" + host).getHost());
    } catch (URISyntaxException none) {
      return false;
    }
  }

  /**
   * One spelling for each IPv6 address, and others as they are. A literal in brackets is read,
   * never looked up; one that stands for an IPv4 address keeps its brackets and so stays apart from
   * it.
   */
  private static String canonical(String host) {
    if (!host.startsWith("[") || host.contains("%")) {
      return host;
    }
    try {
      return "[" + InetAddress.getByName(host).getHostAddress() + "]";
    } catch (UnknownHostException unreadable) {
      return host;
    }
  }

  public boolean isEmpty() {
    return entries.isEmpty();
  }

  public Verdict judge(String url) {
    URI uri;
    try {
      uri = new URI(url);
    } catch (URISyntaxException malformed) {
      return Verdict.MALFORMED;
    }
    String host = uri.getHost();
    if (url.length() > LONGEST_URL
        || !VISIBLE.matcher(url).matches()
        || host == null
        || uri.getRawUserInfo() != null
        || uri.getRawFragment() != null
        || portOf(uri) < 1
        || portOf(uri) > LAST_PORT) {
      return Verdict.MALFORMED;
    }
    String named = canonical(host.toLowerCase(Locale.ROOT));
    return entries.stream().anyMatch(entry -> entry.covers(uri, named))
        ? Verdict.ALLOWED
        : Verdict.NOT_ALLOWED;
  }

  /** The port that the URL means; 0 when it has another scheme than http or https. */
  private static int portOf(URI uri) {
    String scheme = String.valueOf(uri.getScheme());
    int preset = scheme.equals("https") ? 443 : scheme.equals("http") ? 80 : 0;
    return preset == 0 || uri.getPort() < 0 ? preset : uri.getPort();
  }
}
