package io.holdpoint.config;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
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

  private static final Pattern ENTRY =
      Pattern.compile(
          "(?:(https?)://)?((?:\\*\\.)?[a-z0-9_](?:[a-z0-9._-]{0,251}[a-z0-9])?|\\[[0-9a-f:.]{2,45}])"
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
      Matcher matcher = ENTRY.matcher(part.strip().toLowerCase(Locale.ROOT));
      if (!matcher.matches()) {
        throw Limits.refused(
            "webhook.allowed-hosts",
            "has the entry "
                + Limits.shown(part.strip())
                + "; allowed: a host, *.suffix or http://host, each with or without :port, with"
                + " commas between");
      }
      String port = matcher.group(3);
      entries.add(
          new Entry(
              matcher.group(1) == null ? "https" : matcher.group(1),
              matcher.group(2),
              port == null ? OptionalInt.empty() : OptionalInt.of(Integer.parseInt(port))));
    }
    return new AllowedHosts(List.copyOf(entries));
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
        || portOf(uri) > 65_535) {
      return Verdict.MALFORMED;
    }
    String named = host.toLowerCase(Locale.ROOT);
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
