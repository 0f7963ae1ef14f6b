package io.holdpoint.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdpoint.auth.AccessRequest;
import io.holdpoint.auth.IpAddress;
import io.holdpoint.auth.Permission;
import io.holdpoint.auth.PolicySet;
import io.holdpoint.auth.Role;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpMethod;
import io.vertx.openapi.contract.Operation;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What each operation of the contract needs, and what the ready-made roles make of it. */
class ContractPermissionTest {
  private static final String COMPATIBLE = "/openapi/";

  /** The compatible operations whose actions RAM calls otherwise. */
  private static final Map<String, String> OTHERWISE =
      Map.of(
          "ListLogstashPlugins", "ListPlugin",
          "InstallLogstashSystemPlugin", "InstallSystemPlugin",
          "UninstallLogstashPlugin", "UninstallPlugin");

  private static final Predicate<Operation> ON_INSTANCES =
      operation -> permission(operation).service().equals("elasticsearch");
  private static final Predicate<Operation> LOOKS =
      operation -> operation.getHttpMethod().equals(HttpMethod.GET);

  private static Vertx vertx;
  private static Contract contract;

  @BeforeAll
  static void load() throws Exception {
    vertx = Vertx.vertx();
    contract = Contract.load(vertx).await(20, TimeUnit.SECONDS);
  }

  @AfterAll
  static void close() throws Exception {
    vertx.close().await(10, TimeUnit.SECONDS);
  }

  @Test
  void onlyTheContractItselfIsOpenToEverybody() {
    assertThat(contract.parsed().operations())
        .extracting(Operation::getOperationId)
        .filteredOn(id -> contract.permission(id).isEmpty())
        .containsExactly("GetContract");
  }

  static Stream<Operation> guarded() {
    return contract.parsed().operations().stream()
        .filter(operation -> contract.permission(operation.getOperationId()).isPresent());
  }

  @ParameterizedTest
  @MethodSource("guarded")
  void theActionIsTheOperation(Operation operation) {
    String id = operation.getOperationId();
    boolean compatible = operation.getOpenAPIPath().startsWith(COMPATIBLE);

    assertThat(permission(operation).action().text())
        .isEqualTo(
            compatible ? "elasticsearch:" + OTHERWISE.getOrDefault(id, id) : "holdpoint:" + id);
  }

  @ParameterizedTest
  @MethodSource("guarded")
  void theResourceIsTheFirstThingThatThePathNames(Operation operation) {
    Permission permission = permission(operation);
    String path = operation.getOpenAPIPath();
    String first = path.contains("{") ? path.replaceAll("^[^{]*\\{(\\w+)}.*$", "$1") : null;
    String collection =
        path.startsWith("/v1/credentials")
            ? "credentials"
            : path.startsWith("/v1/audit")
                ? "audit"
                : path.startsWith("/v1/webhooks")
                    ? "webhooks"
                    : path.startsWith("/v1/nodes") ? "nodes" : "logstashes";
    String service = collection.equals("logstashes") ? "elasticsearch" : "holdpoint";

    assertThat(permission.parameter()).isEqualTo(first);
    assertThat(permission.service()).isEqualTo(service);
    assertThat(permission.resource("cn-hangzhou", "a", "x").text())
        .isEqualTo(
            "acs:%s:cn-hangzhou:a:%s/".formatted(service, collection)
                + (first == null ? "*" : "x"));
  }

  @Test
  void anOperationThatDoesNotSayWhatItNeedsEndsTheStart() {
    String action = "x-holdpoint-action";
    List<Map<String, Object>> lacking =
        List.of(
            Map.of(),
            Map.of(action, "holdpoint:GetStepOutput"),
            Map.of("x-holdpoint-resource", "acs:holdpoint:{region}:{account}:credentials/*"),
            Map.of(action, "none", "x-holdpoint-resource", "*"));

    assertThat(Contract.declaredPermission("Get", Map.of(action, "none"))).isEmpty();
    for (Map<String, Object> extensions : lacking) {
      assertThatThrownBy(() -> Contract.declaredPermission("Get", extensions))
          .as("%s", extensions)
          .isInstanceOf(IllegalStateException.class)
          .hasMessageStartingWith("Get");
    }
  }

  /** A misspelled id must not read as an operation that needs nothing. */
  @Test
  void anUnknownOperationIsNotAnOpenOne() {
    assertThatThrownBy(() -> contract.permission("GetContracts"))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void theRolesAllowWhatTheySay() {
    assertThat(allowed(Role.ADMINISTRATOR)).isEqualTo(ids(operation -> true));
    assertThat(allowed(Role.READ_ONLY)).isEqualTo(ids(LOOKS.and(ON_INSTANCES)));
    assertThat(allowed(Role.BRAKE_ONLY))
        .isEqualTo(ids(LOOKS.and(ON_INSTANCES).or(named("InterruptLogstashTask"))));
    assertThat(allowed(Role.OPERATOR))
        .isEqualTo(ids(ON_INSTANCES.and(named("PutInstanceNodes").negate())));
  }

  private static Predicate<Operation> named(String id) {
    return operation -> operation.getOperationId().equals(id);
  }

  private static Set<String> ids(Predicate<Operation> which) {
    return guarded()
        .filter(which)
        .map(Operation::getOperationId)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static Set<String> allowed(Role role) {
    PolicySet policies = new PolicySet(List.of(role.attached()));
    return ids(operation -> policies.decide(request(permission(operation))).allowed());
  }

  private static AccessRequest request(Permission permission) {
    return new AccessRequest(
        permission.action(),
        permission.resource("cn-hangzhou", "default", "ls-cn-4591f1y6abc"),
        IpAddress.parse("192.0.2.1"),
        false,
        Instant.EPOCH);
  }

  private static Permission permission(Operation operation) {
    return contract.permission(operation.getOperationId()).orElseThrow();
  }
}
