package io.holdpoint.cli;

import io.holdpoint.auth.Policy;
import io.holdpoint.auth.PolicyException;
import io.holdpoint.auth.Role;
import io.holdpoint.store.AccessKeyRegister.Rights;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options that say what an access key may do. */
final class KeyRights {
  private static final long LARGEST_FILE = 64 << 10;

  @Option(
      names = "--role",
      paramLabel = "ROLE",
      description = "read-only, brake-only, operator or administrator; may be given several times.")
  private List<String> roles = new ArrayList<>();

  @Option(
      names = "--policy",
      paramLabel = "FILE",
      description = "A policy document, beside the roles.")
  private @Nullable Path policy;

  /**
   * @throws IllegalArgumentException with one line that says what is wrong
   */
  Rights read() {
    if (roles.isEmpty() && policy == null) {
      throw new IllegalArgumentException("give --role or --policy: without, a key may do nothing");
    }
    List<String> distinct = roles.stream().distinct().toList();
    distinct.forEach(Role::parse);
    return new Rights(distinct, policy == null ? null : document(policy));
  }

  private static String document(Path file) {
    try {
      if (Files.size(file) > LARGEST_FILE) {
        throw new IllegalArgumentException(file + " is too large to be a policy");
      }
      String text = Files.readString(file, StandardCharsets.UTF_8).strip();
      Policy.parse(text);
      return text;
    } catch (PolicyException refused) {
      throw new IllegalArgumentException(file + ": " + refused.getMessage());
    } catch (IOException unreadable) {
      throw new IllegalArgumentException(
          file + " cannot be read (" + unreadable.getClass().getSimpleName() + ")");
    }
  }
}
