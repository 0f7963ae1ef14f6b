package io.holdpoint.testkit;

import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * A whole service on a database of its own, for the test class: parameters of the types {@link
 * ServiceFixture} and {@link TestDatabase}.
 */
@Inherited
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith({DatabaseExtension.class, ServiceExtension.class})
public @interface RunningService {
  /** Environment entries, {@code NAME=value}, on top of the fast settings of the tests. */
  String[] value() default {};
}
