package io.holdpoint.testkit;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/** A long test whose like runs in every build: it runs with {@code mvn -Psoak verify} only. */
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
@EnabledIfSystemProperty(
    named = "holdpoint.soak",
    matches = "true",
    disabledReason = "runs with mvn -Psoak verify")
public @interface InSoak {}
