package io.holdpoint.config;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalInt;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Maps texts to record components by name and back: {@code http.max-body} is the component {@code
 * maxBody} of the record in the component {@code http}. The type of a component decides how its
 * text is read; what the text means is checked by the record.
 */
final class Binder {

  private Binder() {}

  static <R extends Record> R bind(Class<R> type, Map<String, String> texts) {
    return type.cast(record(type, "", texts));
  }

  /** The record as YAML which {@link #bind} reads again, passwords excepted. */
  static String describe(Record record) {
    StringBuilder yaml = new StringBuilder();
    describe(record, "", yaml);
    return yaml.toString();
  }

  static String keyOf(String component) {
    return component.replaceAll("([A-Z])", "-$1").toLowerCase(Locale.ROOT);
  }

  private static Object record(Class<?> type, String prefix, Map<String, String> texts) {
    List<Class<?>> types = new ArrayList<>();
    List<Object> values = new ArrayList<>();
    for (RecordComponent component : type.getRecordComponents()) {
      String key = prefix + keyOf(component.getName());
      types.add(component.getType());
      values.add(
          component.getType().isRecord()
              ? record(component.getType(), key + ".", texts)
              : value(component, key, texts));
    }
    try {
      return type.getDeclaredConstructor(types.toArray(Class<?>[]::new))
          .newInstance(values.toArray());
    } catch (InvocationTargetException e) {
      if (e.getCause() instanceof ConfigException refused) {
        throw refused;
      }
      throw new IllegalStateException(type.getSimpleName() + " cannot be built", e);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(type.getSimpleName() + " has no canonical constructor", e);
    }
  }

  private static Object value(RecordComponent component, String key, Map<String, String> texts) {
    String text = texts.get(key);
    if (text == null) {
      throw new IllegalStateException(KeyCatalog.RESOURCE + " has no key " + key);
    }
    Class<?> type = component.getType();
    String allowed = "";
    try {
      if (type == String.class) {
        return text;
      } else if (type == Path.class) {
        allowed = "a path of the file system";
        return Path.of(text);
      } else if (type == Duration.class) {
        allowed = Units.DURATIONS;
        return Units.duration(text);
      } else if (type == boolean.class) {
        allowed = "on or off";
        return onOff(text);
      } else if (type.isEnum()) {
        allowed = constants(type).collect(Collectors.joining(", "));
        return constant(type, text);
      }
      if (type == OptionalInt.class && text.isEmpty()) {
        return OptionalInt.empty();
      }
      boolean size = component.isAnnotationPresent(Bytes.class);
      allowed = size ? Units.SIZES : "a whole number";
      long number = size ? Units.bytes(text) : Long.parseLong(text);
      if (type == OptionalInt.class) {
        return OptionalInt.of(Math.toIntExact(number));
      }
      return type == int.class ? (Object) Math.toIntExact(number) : (Object) number;
    } catch (IllegalArgumentException | ArithmeticException e) {
      throw Limits.refused(key, "is " + Limits.shown(text) + "; allowed: " + allowed);
    }
  }

  private static boolean onOff(String text) {
    return switch (text) {
      case "on", "true" -> true;
      case "off", "false" -> false;
      default -> throw new IllegalArgumentException("neither on nor off");
    };
  }

  private static Stream<String> constants(Class<?> type) {
    return Stream.of(type.getEnumConstants()).map(Binder::lower);
  }

  /** YAML reads a bare {@code on} as a word, but people also write true and false. */
  private static Object constant(Class<?> type, String text) {
    String word = text.equals("true") ? "on" : text.equals("false") ? "off" : text;
    return Stream.of(type.getEnumConstants())
        .filter(constant -> lower(constant).equals(word))
        .findFirst()
        .orElseThrow(IllegalArgumentException::new);
  }

  private static String lower(Object constant) {
    return constant.toString().toLowerCase(Locale.ROOT);
  }

  private static void describe(Record record, String prefix, StringBuilder yaml) {
    String indent = prefix.isEmpty() ? "" : "  ";
    for (RecordComponent component : record.getClass().getRecordComponents()) {
      String name = keyOf(component.getName());
      Object value = read(record, component);
      if (value instanceof Record section) {
        yaml.append('\n').append(name).append(":\n");
        describe(section, name + ".", yaml);
      } else {
        yaml.append(indent).append(name).append(": ").append(text(component, value));
        KeyCatalog.Key key = KeyCatalog.INSTANCE.keys().get(prefix + name);
        yaml.append(key == null ? "" : "  # " + key.variable()).append('\n');
      }
    }
  }

  private static Object read(Record record, RecordComponent component) {
    try {
      return component.getAccessor().invoke(record);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("component " + component.getName() + " cannot be read", e);
    }
  }

  private static String text(RecordComponent component, Object value) {
    if (value instanceof Duration duration) {
      return Units.format(duration);
    } else if (value instanceof Boolean on) {
      return on ? "on" : "off";
    } else if (value instanceof Enum<?> constant) {
      return lower(constant);
    } else if (value instanceof OptionalInt number) {
      return number.isPresent() ? Integer.toString(number.getAsInt()) : "''";
    } else if (value instanceof Number number) {
      return component.isAnnotationPresent(Bytes.class)
          ? Units.formatBytes(number.longValue())
          : number.toString();
    }
    if (component.isAnnotationPresent(Hidden.class) && !value.toString().isEmpty()) {
      return "'***'";
    }
    String plain = Redaction.apply(value.toString());
    return plain.matches("[A-Za-z0-9._/-]+") ? plain : "'" + plain.replace("'", "''") + "'";
  }
}
