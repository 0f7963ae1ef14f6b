package io.holdpoint.config;

import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * Guards the {@code HOLDPOINT_} name space: a misspelt variable is refused instead of ignored, and
 * one that a later version brings is refused instead of believed. Variables that Kubernetes sets
 * for a service called {@code holdpoint…} are not ours and are let pass.
 */
final class Environment {

  static final String CONF = "HOLDPOINT_CONF";

  private static final Set<String> OTHER_READERS =
      Set.of(
          "HOLDPOINT_LOG_LEVEL",
          CONF,
          "HOLDPOINT_SOAK_JAVA_HOME",
          "HOLDPOINT_CALL_ENDPOINT",
          "HOLDPOINT_CALL_ACCESS_KEY_ID",
          "HOLDPOINT_CALL_ACCESS_KEY_SECRET");
  private static final Pattern KUBERNETES_NAME =
      Pattern.compile(
          "HOLDPOINT_(\\w+_)?(SERVICE_(HOST|PORT(_\\w+)?)"
              + "|PORT_\\d+_(TCP|UDP|SCTP)(_(PROTO|PORT|ADDR))?)");
  private static final Pattern KUBERNETES_VALUE = Pattern.compile("(tcp|udp|sctp)://.*");

  private Environment() {}

  static void check(Map<String, String> environment, KeyCatalog catalog) {
    Set<String> known = new TreeSet<>(catalog.variables());
    known.addAll(OTHER_READERS);
    for (Map.Entry<String, String> variable : new TreeMap<>(environment).entrySet()) {
      String name = variable.getKey();
      String value = variable.getValue();
      if (!name.startsWith("HOLDPOINT_") || known.contains(name) || value.isEmpty()) {
        continue;
      }
      if (!isKubernetes(name, value)) {
        throw new ConfigException(
            "environment variable "
                + name
                + " is not known; did you mean "
                + KeyCatalog.nearest(name, known)
                + "?");
      }
    }
  }

  private static boolean isKubernetes(String name, String value) {
    return KUBERNETES_NAME.matcher(name).matches()
        || (name.endsWith("_PORT") && KUBERNETES_VALUE.matcher(value).matches());
  }
}
