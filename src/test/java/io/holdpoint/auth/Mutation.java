package io.holdpoint.auth;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/** One way to change a request on its way. Some change nothing that it means. */
enum Mutation {
  METHOD {
    @Override
    WireRequest apply(WireRequest request, Random random) {
      String[] methods = {"GET", "POST", "PUT", "DELETE", "post", "POST\nx"};
      return request.method(methods[random.nextInt(methods.length)]);
    }
  },

  CHARACTER_OF_THE_TARGET {
    @Override
    WireRequest apply(WireRequest request, Random random) {
      return request.target(changed(request.target(), random));
    }
  },

  /** Encodes one character or decodes one escape; case of the hex digits at random. */
  SPELLING_OF_THE_TARGET {
    @Override
    WireRequest apply(WireRequest request, Random random) {
      String target = request.target();
      int at = random.nextInt(target.length());
      if (target.charAt(at) == '%' && at + 2 < target.length()) {
        char decoded = (char) Integer.parseInt(target.substring(at + 1, at + 3), 16);
        return request.target(target.substring(0, at) + decoded + target.substring(at + 3));
      }
      String format = random.nextBoolean() ? "%%%02X" : "%%%02x";
      return request.target(
          target.substring(0, at)
              + format.formatted((int) target.charAt(at))
              + target.substring(at + 1));
    }
  },

  SEGMENT {
    @Override
    WireRequest apply(WireRequest request, Random random) {
      String[] parts = request.target().split("\\?", 2);
      List<String> segments = new ArrayList<>(List.of(parts[0].substring(1).split("/")));
      int at = random.nextInt(segments.size());
      switch (random.nextInt(3)) {
        case 0 -> segments.remove(at);
        case 1 -> segments.add(at, segments.get(random.nextInt(segments.size())));
        default -> Collections.shuffle(segments, random);
      }
      return request.target(
          "/" + String.join("/", segments) + (parts.length == 2 ? "?" + parts[1] : ""));
    }
  },

  PAIR {
    @Override
    WireRequest apply(WireRequest request, Random random) {
      String[] parts = request.target().split("\\?", 2);
      List<String> pairs =
          new ArrayList<>(parts.length == 2 ? List.of(parts[1].split("&")) : List.of());
      String[] more = {"force=true", "clientToken", "clientToken=", "c=1", "=", "a%3Db=1"};
      int kind = pairs.isEmpty() ? 0 : random.nextInt(6);
      int at = pairs.isEmpty() ? 0 : random.nextInt(pairs.size());
      switch (kind) {
        case 0 -> pairs.add(at, more[random.nextInt(more.length)]);
        case 1 -> pairs.remove(at);
        case 2 -> Collections.shuffle(pairs, random);
        case 3 -> pairs.add(pairs.get(at));
        case 4 -> pairs.set(at, toggled(pairs.get(at)));
        default -> pairs.set(at, changed(pairs.get(at), random));
      }
      return request.target(parts[0] + (pairs.isEmpty() ? "" : "?" + String.join("&", pairs)));
    }

    /** With or without the equals sign of an empty value. */
    private String toggled(String pair) {
      return pair.endsWith("=")
          ? pair.substring(0, pair.length() - 1)
          : pair.contains("=") ? pair : pair + "=";
    }
  },

  /** Escapes what separates, so that undone escapes give the same text. */
  SEPARATOR {
    @Override
    WireRequest apply(WireRequest request, Random random) {
      String target = request.target();
      String separators = "?&=/+";
      int at = random.nextInt(target.length());
      for (int i = 0; i < target.length(); i++, at = (at + 1) % target.length()) {
        if (separators.indexOf(target.charAt(at)) >= 0 && at > 0) {
          return request.target(
              target.substring(0, at)
                  + "%%%02X".formatted((int) target.charAt(at))
                  + target.substring(at + 1));
        }
      }
      return request.target(target.replace("%25", "%"));
    }
  },

  HEADER_VALUE {
    @Override
    WireRequest apply(WireRequest request, Random random) {
      List<WireRequest.Header> headers = new ArrayList<>(request.headers());
      int at = random.nextInt(headers.size());
      WireRequest.Header header = headers.get(at);
      headers.set(at, new WireRequest.Header(header.name(), changed(header.value(), random)));
      return request.headers(headers);
    }
  },

  STRIPPED_HEADER {
    @Override
    WireRequest apply(WireRequest request, Random random) {
      List<WireRequest.Header> headers = new ArrayList<>(request.headers());
      headers.remove(random.nextInt(headers.size()));
      return request.headers(headers);
    }
  },

  DUPLICATED_HEADER {
    @Override
    WireRequest apply(WireRequest request, Random random) {
      List<WireRequest.Header> headers = new ArrayList<>(request.headers());
      WireRequest.Header header = headers.get(random.nextInt(headers.size()));
      String value = random.nextBoolean() ? header.value() : changed(header.value(), random);
      headers.add(random.nextInt(headers.size() + 1), new WireRequest.Header(header.name(), value));
      return request.headers(headers);
    }
  },

  ORDER_OF_HEADERS {
    @Override
    WireRequest apply(WireRequest request, Random random) {
      List<WireRequest.Header> headers = new ArrayList<>(request.headers());
      Collections.shuffle(headers, random);
      return request.headers(headers);
    }
  },

  ADDED_HEADER {
    @Override
    WireRequest apply(WireRequest request, Random random) {
      String[] names = {
        "x-acs-new",
        "X-ACS-Region-Id",
        "x-acs-a",
        "content-md5",
        "content-type",
        "accept",
        "date",
        "x-acs-content-sha256",
        "x-acs-",
        "x-acs-a:b"
      };
      String[] values = {"", "1", Hashes.EMPTY_SHA256, Hashes.EMPTY_MD5};
      return request.header(
          names[random.nextInt(names.length)], values[random.nextInt(values.length)]);
    }
  },

  /** Two headers become one with the other's line in its value. */
  FOLDED_HEADER {
    @Override
    WireRequest apply(WireRequest request, Random random) {
      List<WireRequest.Header> headers = new ArrayList<>(request.headers());
      WireRequest.Header first = headers.remove(random.nextInt(headers.size()));
      if (headers.isEmpty()) {
        return request;
      }
      int at = random.nextInt(headers.size());
      WireRequest.Header second = headers.get(at);
      headers.set(
          at,
          new WireRequest.Header(
              second.name(), second.value() + "\n" + first.name() + ":" + first.value()));
      return request.headers(headers);
    }
  },

  /** The end of one header's value goes to another's. */
  MOVED_TEXT {
    @Override
    WireRequest apply(WireRequest request, Random random) {
      List<WireRequest.Header> headers = new ArrayList<>(request.headers());
      int from = random.nextInt(headers.size());
      int to = random.nextInt(headers.size());
      String value = headers.get(from).value();
      int cut = random.nextInt(value.length() + 1);
      headers.set(from, new WireRequest.Header(headers.get(from).name(), value.substring(0, cut)));
      headers.set(
          to,
          new WireRequest.Header(
              headers.get(to).name(), headers.get(to).value() + value.substring(cut)));
      return request.headers(headers);
    }
  },

  AUTHORIZATION {
    @Override
    WireRequest apply(WireRequest request, Random random) {
      String value = request.value("Authorization");
      String[] fields = value.split(",");
      if (fields.length == 3 && random.nextInt(4) == 0) {
        String first = fields[0].substring(fields[0].indexOf(' ') + 1);
        return request.replace(
            "Authorization", "ACS3-HMAC-SHA256 " + fields[2] + "," + first + "," + fields[1]);
      }
      String[] names = value.split(";");
      if (names.length > 2 && random.nextBoolean()) {
        List<String> fewer = new ArrayList<>(List.of(names));
        int at = 1 + random.nextInt(names.length - 2);
        String name = fewer.remove(at);
        if (random.nextBoolean()) {
          fewer.add(1, name);
        }
        return request.replace("Authorization", String.join(";", fewer));
      }
      return request.replace("Authorization", changed(value, random));
    }
  },

  BODY {
    @Override
    WireRequest apply(WireRequest request, Random random) {
      String[] bodies = {"", "{}", "{\"n\":1}", "[]"};
      return request.body(bodies[random.nextInt(bodies.length)]);
    }
  };

  abstract WireRequest apply(WireRequest request, Random random);

  /** With a character put in, left out, replaced, in the other case, or two swapped. */
  private static String changed(String text, Random random) {
    if (text.isEmpty()) {
      return "a";
    }
    int at = random.nextInt(text.length());
    String before = text.substring(0, at);
    String after = text.substring(at + 1);
    char c = text.charAt(at);
    String characters = "aZ09-_.~*'%/?&=+;,: ";
    char other = characters.charAt(random.nextInt(characters.length()));
    return switch (random.nextInt(5)) {
      case 0 -> before + other + c + after;
      case 1 -> before + after;
      case 2 -> before + other + after;
      case 3 -> before + (char) (Character.isLetter(c) ? c ^ 0x20 : c + 1) + after;
      default -> after.isEmpty() ? before : before + after.charAt(0) + c + after.substring(1);
    };
  }
}
