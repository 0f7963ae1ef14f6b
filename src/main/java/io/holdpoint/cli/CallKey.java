package io.holdpoint.cli;

import io.holdpoint.auth.RequestSigner;
import io.holdpoint.auth.SignatureScheme;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Map;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The access key of a call. Its secret comes from a file, from the environment or from a prompt,
 * never from an argument, which every user of the machine can read; it is shown nowhere.
 */
final class CallKey {
  private static final int LONGEST_SECRET = 1 << 10;

  private CallKey() {}

  /**
   * What signs a request, anew each time; nothing when there is no key.
   *
   * @param id empty for no key
   * @param secretFile wins over the environment
   * @param prompt asked last; null when nobody can answer
   * @throws CallUsageException when there is only half of a key
   */
  static Function<CallRequest, Map<String, String>> signer(
      String id,
      CallEnvironment environment,
      @Nullable Path secretFile,
      SignatureScheme scheme,
      Supplier<char @Nullable []> prompt) {
    if (id.isEmpty()) {
      if (secretFile != null || !environment.accessKeySecret().isEmpty()) {
        throw new CallUsageException(
            "there is a secret but no access key id; set --access-key-id or "
                + CallEnvironment.ACCESS_KEY_ID);
      }
      return request -> Map.of();
    }
    String secret = secret(environment, secretFile, prompt);
    if (secret.isEmpty()) {
      throw new CallUsageException(
          "the access key has no secret; set "
              + CallEnvironment.ACCESS_KEY_SECRET
              + " or --access-key-secret-file, or enter it at a terminal");
    }
    RequestSigner signer;
    try {
      signer =
          new RequestSigner(
              scheme,
              id,
              secret.getBytes(StandardCharsets.UTF_8),
              InstantSource.system(),
              () -> UUID.randomUUID().toString());
    } catch (IllegalArgumentException noId) {
      throw new CallUsageException(
          "the access key id is none; allowed: letters, digits, and . _ -");
    }
    return request -> sign(signer, request);
  }

  private static Map<String, String> sign(RequestSigner signer, CallRequest request) {
    try {
      return signer.sign(request);
    } catch (IllegalArgumentException unsignable) {
      throw new CallUsageException(String.valueOf(unsignable.getMessage()));
    }
  }

  /** Empty when there is none. */
  static String secret(
      CallEnvironment environment, @Nullable Path file, Supplier<char @Nullable []> prompt) {
    if (file != null) {
      return read(file);
    }
    if (!environment.accessKeySecret().isEmpty()) {
      return environment.accessKeySecret();
    }
    char[] entered = prompt.get();
    return entered == null ? "" : new String(entered);
  }

  private static String read(Path file) {
    try (InputStream in = Files.newInputStream(file)) {
      byte[] bytes = in.readNBytes(LONGEST_SECRET + 1);
      if (bytes.length <= LONGEST_SECRET) {
        return new String(bytes, StandardCharsets.UTF_8).stripTrailing();
      }
    } catch (IOException unreadable) {
      throw new CallUsageException("--access-key-secret-file: " + file + " cannot be read");
    }
    throw new CallUsageException(
        "--access-key-secret-file: " + file + " is longer than a secret can be");
  }
}
