package io.holdpoint.auth;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/** Requests of every shape that clients send and some that they do not, from a seed. */
final class RandomRequest {
  /** What is said by signatures without escapes, and what encoders disagree on. */
  private static final String[] PIECES = {
    "a",
    "B",
    "7",
    "-",
    "_",
    ".",
    "~",
    "*",
    "'",
    "%20",
    "%27",
    "%2A",
    "%7E",
    "%25",
    "%3F",
    "%3D",
    "%23",
    "%3B",
    "%2B",
    "%E4%B8%AD",
    "%F0%9F%98%80",
    "%c3%a9",
    "!",
    "(",
    ")",
    ",",
    ":",
    "@",
    "$"
  };

  private static final String[] NAMES = {
    "clientToken", "force", "size", "page", "a", "b", "tags", "A", "x-acs-a", "p%20*", "%E4%B8%AD"
  };

  private final Random random;

  RandomRequest(Random random) {
    this.random = random;
  }

  /** All headers but Authorization, for a client of that kind. */
  WireRequest next(ReferenceClient client) {
    String method = one("GET", "POST", "PUT", "DELETE");
    WireRequest request =
        WireRequest.of(method, path(client) + query(client))
            .body(random.nextInt(3) == 0 ? "" : "{\"n\":" + random.nextInt(1000) + "}");
    request = client.isRoa() ? roa(request) : acs3(request);
    for (int i = random.nextInt(3); i > 0; i--) {
      request = request.replace("x-acs-" + one("a", "aa", "b", "region-id", "z"), text(6));
    }
    List<WireRequest.Header> headers = new ArrayList<>(request.headers());
    Collections.shuffle(headers, random);
    return request.headers(headers);
  }

  private WireRequest roa(WireRequest request) {
    WireRequest roa =
        SignedRequests.roa(request.method(), request.target())
            .replace("x-acs-signature-nonce", text(8))
            .body(request.body());
    if (random.nextInt(4) == 0) {
      roa = roa.without("accept");
    }
    if (random.nextBoolean()) {
      roa = roa.header("Content-Type", one("application/json", "text/plain"));
    }
    if (random.nextInt(3) == 0) {
      roa = roa.header("Content-MD5", ReferenceClient.md5(request.body()));
    }
    return random.nextInt(4) == 0
        ? roa.header("x-acs-content-sha256", ReferenceClient.sha256(request.body()))
        : roa;
  }

  private WireRequest acs3(WireRequest request) {
    WireRequest acs3 =
        SignedRequests.acs3(request.method(), request.target(), "")
            .replace("x-acs-signature-nonce", text(8))
            .replace("x-acs-content-sha256", ReferenceClient.sha256(request.body()))
            .body(request.body());
    return random.nextBoolean() ? acs3.header("content-type", "application/json") : acs3;
  }

  /** A client that signs a decoded path is not understood with these two in it. */
  private String path(ReferenceClient client) {
    StringBuilder path = new StringBuilder();
    for (int i = random.nextInt(5); i > 0; i--) {
      path.append('/').append(one("openapi", "logstashes", "ls-cn-4591f1y6", pieces(4)));
    }
    String text = path.isEmpty() ? "/" : path.toString();
    return client.signsTheDecodedPath() ? text.replace("%25", "").replace("%3F", "") : text;
  }

  private String query(ReferenceClient client) {
    List<String> names = new ArrayList<>(List.of(NAMES));
    Collections.shuffle(names, random);
    StringBuilder query = new StringBuilder();
    for (String name : names.subList(0, random.nextInt(5))) {
      String value = random.nextInt(4) == 0 ? "" : value(client);
      query.append(query.isEmpty() ? '?' : '&').append(name);
      if (!value.isEmpty() || random.nextBoolean()) {
        query.append('=').append(value);
      }
    }
    return query.toString();
  }

  /** Only ACS3 can sign an ampersand. */
  private String value(ReferenceClient client) {
    return random.nextInt(4) > 0 ? pieces(4) : client.isRoa() ? "+" : "%26" + pieces(2);
  }

  private String pieces(int most) {
    StringBuilder text = new StringBuilder("p");
    for (int i = random.nextInt(most + 1); i > 0; i--) {
      text.append(one(PIECES));
    }
    return text.toString();
  }

  private String text(int length) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < length; i++) {
      text.append((char) ('!' + random.nextInt('~' - '!')));
    }
    return text.toString();
  }

  private String one(String... choices) {
    return choices[random.nextInt(choices.length)];
  }
}
