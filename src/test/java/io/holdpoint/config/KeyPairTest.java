package io.holdpoint.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.reflect.RecordComponent;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Holds the conf file and the records against each other, so that neither can grow alone. */
class KeyPairTest {

  @Test
  void everyKeyIsAComponentAndTheReverseInTheSameOrder() {
    List<String> components = new ArrayList<>();
    collect(HoldpointConfig.class, "", components);

    assertEquals(components, List.copyOf(KeyCatalog.INSTANCE.keys().keySet()));
  }

  @Test
  void everyKeyHasItsOwnVariable() {
    assertEquals(KeyCatalog.INSTANCE.keys().size(), KeyCatalog.INSTANCE.variables().size());
  }

  @Test
  void everyKeyHasOneSentenceOfComment() throws IOException {
    Pattern commented = Pattern.compile("(?m)^( *)# (.+)\\.\\n\\1[a-z-]+: \\$\\{(\\w+):.*\\}$");
    HashSet<String> variables = new HashSet<>();
    try (var in =
        Objects.requireNonNull(
            KeyPairTest.class.getClassLoader().getResourceAsStream(KeyCatalog.RESOURCE))) {
      Matcher matcher = commented.matcher(new String(in.readAllBytes(), StandardCharsets.UTF_8));
      while (matcher.find()) {
        assertTrue(variables.add(matcher.group(3)));
      }
    }

    assertEquals(KeyCatalog.INSTANCE.variables(), variables);
  }

  private static void collect(Class<?> type, String prefix, List<String> keys) {
    for (RecordComponent component : type.getRecordComponents()) {
      String key = prefix + Binder.keyOf(component.getName());
      if (component.getType().isRecord()) {
        collect(component.getType(), key + ".", keys);
      } else {
        keys.add(key);
      }
    }
  }
}
