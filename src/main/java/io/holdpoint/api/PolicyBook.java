package io.holdpoint.api;

import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.LoadingCache;
import io.holdpoint.auth.AccessKey;
import io.holdpoint.auth.Policy;
import io.holdpoint.auth.PolicyException;
import io.holdpoint.auth.PolicySet;
import io.holdpoint.auth.PolicySet.Attached;
import io.holdpoint.auth.Role;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The policies of keys, read once and kept while they are used. A key whose policies cannot be read
 * may do nothing, and the log says why.
 */
final class PolicyBook {
  private static final Logger log = LoggerFactory.getLogger(PolicyBook.class);
  private static final int MOST_KEYS = 10_000;
  private static final PolicySet NOTHING = new PolicySet(List.of());

  private final LoadingCache<AccessKey, PolicySet> read =
      Caffeine.newBuilder().maximumSize(MOST_KEYS).executor(Runnable::run).build(PolicyBook::read);

  PolicySet of(AccessKey key) {
    return read.get(key);
  }

  private static PolicySet read(AccessKey key) {
    try {
      List<Attached> attached = new ArrayList<>();
      for (String role : key.roles()) {
        attached.add(Role.parse(role).attached());
      }
      String own = key.policy();
      if (own != null) {
        attached.add(new Attached("own", Policy.parse(own)));
      }
      return new PolicySet(attached);
    } catch (PolicyException | IllegalArgumentException unreadable) {
      log.atError()
          .addKeyValue("keyId", key.keyId())
          .log("the key may do nothing until its policy is mended: " + unreadable.getMessage());
      return NOTHING;
    }
  }
}
