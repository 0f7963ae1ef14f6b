package io.holdpoint.auth;

import java.util.List;
import java.util.function.BiConsumer;

/**
 * The one reading of a request that both its signature and its handlers go by. Whoever implements
 * it has read the target strictly: two different readings of one target would let a signature cover
 * something other than what is done.
 */
public interface SignedRequest {
  /** In upper case, as sent. */
  String method();

  /** The path as sent, still percent-encoded, without the query; begins with a slash. */
  String rawPath();

  /** What stands behind each slash of {@link #rawPath}, decoded as UTF-8; none for the root. */
  List<String> segments();

  /** The query in the order sent, decoded as UTF-8 with {@code +} as a space. */
  List<QueryParameter> query();

  /**
   * Every header line, names in any case, values without the white space around them. HTTP/2's
   * {@code :authority} is given as {@code host}, its other pseudo-headers not at all.
   */
  void headers(BiConsumer<String, String> each);

  /** The whole body without its framing; empty when there is none. Not to be changed. */
  byte[] body();
}
