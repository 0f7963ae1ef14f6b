package io.holdpoint.auth;

import static io.holdpoint.auth.PolicyException.at;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.jspecify.annotations.Nullable;

/** A policy document's text as a JSON tree: bounded in length and depth, no name twice. */
final class PolicyJson {
  /** Two more than a document that is right has. */
  private static final int DEEPEST = 8;

  // Names are not shared: their table would outlive the document.
  private static final JsonMapper MAPPER =
      new JsonMapper(
          JsonFactory.builder()
              .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
              .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
              .streamReadConstraints(
                  StreamReadConstraints.builder().maxNestingDepth(DEEPEST).build())
              .build());

  private PolicyJson() {}

  static JsonNode tree(String json) {
    if (json.length() > Policy.LONGEST_DOCUMENT) {
      throw at(
          "The document",
          "has " + json.length() + " characters; allowed: " + Policy.LONGEST_DOCUMENT);
    }
    try (JsonParser parser = MAPPER.createParser(json)) {
      return tree(parser);
    } catch (IOException impossible) {
      throw new UncheckedIOException(impossible);
    }
  }

  private static JsonNode tree(JsonParser parser) throws IOException {
    try {
      JsonNode tree = MAPPER.readTree(parser);
      if (tree == null) {
        throw at("The document", "is empty; allowed: an object with Version, Statement");
      }
      if (parser.nextToken() != null) {
        throw at("The document", "goes on behind its end; allowed: one object");
      }
      return tree;
    } catch (StreamConstraintsException fault) {
      throw at(place(parser), "is nested too deeply or too long; allowed: " + DEEPEST + " levels");
    } catch (JsonProcessingException fault) {
      String message = fault.getOriginalMessage();
      if (message.startsWith("Duplicate ")) {
        throw at(place(parser), "is given twice; allowed: once");
      }
      throw at(place(parser), "is not JSON" + position(fault) + ": " + message);
    }
  }

  private static String position(JsonProcessingException fault) {
    var location = fault.getLocation();
    return location == null
        ? ""
        : " at line " + location.getLineNr() + ", column " + location.getColumnNr();
  }

  /** Where the parser stands, as {@code Statement[1].Effect}. */
  private static String place(JsonParser parser) {
    String place = "";
    @Nullable JsonPointer pointer = parser.getParsingContext().pathAsPointer();
    while (pointer != null && !pointer.matches()) {
      place =
          pointer.mayMatchElement()
              ? place + '[' + pointer.getMatchingIndex() + ']'
              : PolicyReader.under(place, pointer.getMatchingProperty());
      pointer = pointer.tail();
    }
    return place.isEmpty() ? "The document" : place;
  }
}
