package io.holdpoint.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** The body of a call: given as text, or by the name of a file. */
final class CallBody {
  /** The service's own limit, by default. */
  private static final int LONGEST = 1 << 20;

  private static final ObjectMapper JSON =
      new ObjectMapper().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

  private CallBody() {}

  /**
   * Empty for none; sent as it was given.
   *
   * @throws CallUsageException when it cannot be read, is too long or not JSON; its text is not
   *     repeated, as it may hold a secret
   */
  static byte[] read(@Nullable String given) {
    if (given == null) {
      return new byte[0];
    }
    byte[] body =
        given.startsWith("@") ? file(given.substring(1)) : given.getBytes(StandardCharsets.UTF_8);
    if (body.length > LONGEST) {
      throw new CallUsageException("--body: more than 1 MiB");
    }
    try {
      if (JSON.readTree(body).isMissingNode()) {
        throw new CallUsageException("--body is empty");
      }
    } catch (JsonProcessingException notJson) {
      throw new CallUsageException("--body is not JSON, " + where(notJson));
    } catch (IOException impossible) {
      throw new CallUsageException("--body cannot be read");
    }
    return body;
  }

  private static String where(JsonProcessingException notJson) {
    return "line "
        + notJson.getLocation().getLineNr()
        + ", column "
        + notJson.getLocation().getColumnNr();
  }

  private static byte[] file(String name) {
    try (InputStream in = name.equals("-") ? System.in : Files.newInputStream(Path.of(name))) {
      return in.readNBytes(LONGEST + 1);
    } catch (IOException unreadable) {
      throw new CallUsageException("--body: the file " + name + " cannot be read");
    }
  }
}
