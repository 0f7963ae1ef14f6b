package io.holdpoint.arch;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static io.holdpoint.arch.Room.API;
import static io.holdpoint.arch.Room.BENCH;
import static io.holdpoint.arch.Room.BUS;
import static io.holdpoint.arch.Room.CLI;
import static io.holdpoint.arch.Room.CLUSTER;
import static io.holdpoint.arch.Room.MANAGEMENT;
import static io.holdpoint.arch.Room.MANAGER;
import static io.holdpoint.arch.Room.ROOT;
import static io.holdpoint.arch.Room.STORE;
import static io.holdpoint.arch.Room.TASK;
import static io.holdpoint.arch.Room.WORKER;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * What the rooms promise each other. A rule takes the root package as a parameter, so that the very
 * rule that guards the product also runs over classes planted to break it.
 */
enum ArchitectureRule {
  EVERY_CLASS_HAS_A_ROOM {
    @Override
    ArchRule written(String root) {
      return classes().should().resideInAnyPackage(Room.packages(root, Room.values()));
    }
  },

  A_ROOM_USES_ONLY_WHAT_ITS_ROW_ALLOWS {
    @Override
    ArchRule written(String root) {
      return classes().should(keepToTheirRow(root));
    }
  },

  TASK_IS_PLAIN_JAVA {
    @Override
    ArchRule written(String root) {
      return classes()
          .that()
          .resideInAPackage(TASK.in(root))
          .should()
          .onlyDependOnClassesThat()
          .resideInAnyPackage(
              "java.lang..",
              "java.math..",
              "java.nio.charset..",
              "java.security..",
              "java.time..",
              "java.util..",
              "org.jspecify..",
              TASK.in(root));
    }
  },

  SQL_LIVES_IN_THE_STORE {
    @Override
    ArchRule written(String root) {
      return noClasses()
          .that()
          .resideOutsideOfPackages(Room.packages(root, ROOT, STORE, BENCH))
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "io.vertx.sqlclient..",
              "io.vertx.pgclient..",
              "java.sql..",
              "javax.sql..",
              "org.postgresql..",
              "org.flywaydb..",
              "io.zonky..");
    }
  },

  HTTP_IS_SERVED_AT_THE_EDGES {
    @Override
    ArchRule written(String root) {
      return noClasses()
          .that()
          .resideOutsideOfPackages(Room.packages(root, API, MANAGEMENT))
          .should()
          .dependOnClassesThat(
              resideInAnyPackage(
                      "io.vertx.ext.web..", "io.vertx.openapi..", "io.netty.handler.codec.http..")
                  .or(
                      resideInAPackage("io.vertx.core.http..")
                          .and(
                              DescribedPredicate.describe(
                                  "serve",
                                  type ->
                                      type.getSimpleName().startsWith("HttpServer")
                                          || type.getSimpleName().startsWith("ServerWebSocket")))));
    }
  },

  THE_EVENT_BUS_IS_REACHED_THROUGH_BUS {
    @Override
    ArchRule written(String root) {
      return noClasses()
          .that()
          // What the bus's own wire is like is said where the cluster is joined.
          .resideOutsideOfPackages(Room.packages(root, BUS, CLUSTER))
          .should()
          .dependOnClassesThat()
          .resideInAPackage("io.vertx.core.eventbus..");
    }
  },

  NOTHING_SLEEPS {
    @Override
    ArchRule written(String root) {
      return noClasses()
          .should()
          .accessTargetWhere(
              calls(
                  "sleep",
                  Map.of(
                      "java.lang.Thread", Set.of("sleep"),
                      "java.util.concurrent.TimeUnit", Set.of("sleep"))));
    }
  },

  TIME_IS_INJECTED {
    @Override
    ArchRule written(String root) {
      return noClasses()
          .that()
          .resideOutsideOfPackage(ROOT.in(root))
          .and()
          .doNotHaveSimpleName("SystemClock")
          .should()
          .accessTargetWhere(readsTheTimeOfDay());
    }
  },

  ELAPSED_TIME_IS_MEASURED_WHERE_DEADLINES_ARE {
    @Override
    ArchRule written(String root) {
      return noClasses()
          .that()
          .resideOutsideOfPackages(Room.packages(root, ROOT, MANAGER, WORKER, API, CLI, BENCH))
          .and()
          .doNotHaveSimpleName("SystemClock")
          .should()
          .accessTargetWhere(
              calls("measure elapsed time", Map.of("java.lang.System", Set.of("nanoTime"))));
    }
  },

  ROOMS_HAVE_NO_CYCLES {
    @Override
    ArchRule written(String root) {
      return slices().matching(root + ".(*)..").should().beFreeOfCycles();
    }
  },

  NO_PACKAGE_IS_A_DRAWER {
    @Override
    ArchRule written(String root) {
      return noClasses()
          .should()
          .resideInAnyPackage(
              "..util..",
              "..utils..",
              "..helper..",
              "..helpers..",
              "..common..",
              "..commons..",
              "..misc..");
    }
  };

  abstract ArchRule written(String root);

  /** A room may still be empty: what a rule is worth is proved on planted classes instead. */
  final ArchRule under(String root) {
    return written(root).allowEmptyShould(true);
  }

  private static ArchCondition<JavaClass> keepToTheirRow(String root) {
    return new ArchCondition<>("use only what the row of their room allows") {
      @Override
      public void check(JavaClass origin, ConditionEvents events) {
        for (Dependency dependency : origin.getDirectDependenciesFromSelf()) {
          String target = dependency.getTargetClass().getBaseComponentType().getPackageName();
          boolean inside = target.equals(root) || target.startsWith(root + ".");
          if (inside && !allowed(origin.getPackageName(), target)) {
            events.add(SimpleConditionEvent.violated(dependency, dependency.getDescription()));
          }
        }
      }

      /** A class without a room is the business of {@link #EVERY_CLASS_HAS_A_ROOM}. */
      private boolean allowed(String from, String to) {
        return Room.of(from, root)
            .map(room -> Room.of(to, root).map(room::mayUse).orElse(false))
            .orElse(true);
      }
    };
  }

  private static DescribedPredicate<JavaAccess<?>> calls(
      String description, Map<String, Set<String>> methodsOfTypes) {
    return DescribedPredicate.describe(
        description,
        access ->
            methodsOfTypes
                .getOrDefault(access.getTargetOwner().getName(), Set.of())
                .contains(access.getTarget().getName()));
  }

  private static DescribedPredicate<JavaAccess<?>> readsTheTimeOfDay() {
    return calls(
            "read the time of day",
            Map.of(
                "java.lang.System", Set.of("currentTimeMillis"),
                "java.time.Clock", Set.of("system", "systemUTC", "systemDefaultZone"),
                "java.util.Calendar", Set.of("getInstance")))
        .or(
            DescribedPredicate.describe(
                "read the time of day by a constructor or a factory without a clock",
                access -> {
                  String call = access.getTarget().getFullName();
                  return call.equals("java.util.Date.<init>()")
                      || call.matches("java\\.time\\.[A-Za-z]+\\.now\\((?!java\\.time\\.Clock).*");
                }));
  }

  /** The last part of the package that holds the classes planted against this rule. */
  String plantedPackage() {
    return name().toLowerCase(Locale.ROOT);
  }
}
