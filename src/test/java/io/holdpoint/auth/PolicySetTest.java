package io.holdpoint.auth;

import static io.holdpoint.auth.AccessDecision.Kind.ALLOWED;
import static io.holdpoint.auth.AccessDecision.Kind.EXPLICIT_DENY;
import static io.holdpoint.auth.AccessDecision.Kind.IMPLICIT_DENY;
import static io.holdpoint.auth.AccessRequests.at;
import static io.holdpoint.auth.AccessRequests.decide;
import static io.holdpoint.auth.AccessRequests.document;
import static io.holdpoint.auth.AccessRequests.from;
import static io.holdpoint.auth.AccessRequests.plain;
import static io.holdpoint.auth.AccessRequests.policies;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PolicySetTest {
  private static final String INTERRUPT = "elasticsearch:InterruptLogstashTask";
  private static final String RESUME = "elasticsearch:ResumeLogstashTask";
  private static final String DENY = "{'Effect':'Deny','Action':'*','Resource':'*'}";

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "'Action':'*' | ALLOWED | ALLOWED",
        "'Action':'elasticsearch:InterruptLogstashTask' | ALLOWED | IMPLICIT_DENY",
        "'Action':'ELASTICSEARCH:interruptlogstashTASK' | ALLOWED | IMPLICIT_DENY",
        "'Action':['elasticsearch:Resume*','elasticsearch:Interrupt*'] | ALLOWED | ALLOWED",
        "'Action':'elasticsearch:Resume????????Task' | IMPLICIT_DENY | ALLOWED",
        "'Action':'elasticsearch:*Task' | ALLOWED | ALLOWED",
        "'Action':'holdpoint:*' | IMPLICIT_DENY | IMPLICIT_DENY",
        "'Action':'*:ResumeLogstashTask' | IMPLICIT_DENY | ALLOWED",
        "'NotAction':'elasticsearch:ResumeLogstashTask' | ALLOWED | IMPLICIT_DENY",
        "'NotAction':['elasticsearch:Resume*','elasticsearch:I*'] | IMPLICIT_DENY | IMPLICIT_DENY",
        "'NotAction':'holdpoint:*' | ALLOWED | ALLOWED",
        "'NotAction':'*' | IMPLICIT_DENY | IMPLICIT_DENY",
      })
  void actionsAreNamedWithoutRegardToCase(
      String action, AccessDecision.Kind interrupt, AccessDecision.Kind resume) {
    String policy = document("{'Effect':'Allow'," + action + ",'Resource':'*'}");

    assertThat(decide(AccessRequests.of(INTERRUPT, "ls-1"), policy)).isEqualTo(interrupt);
    assertThat(decide(AccessRequests.of(RESUME, "ls-1"), policy)).isEqualTo(resume);
  }

  @Test
  void interruptIsGrantedBroadlyAndResumeNarrowly() {
    String policy =
        document(
            "{'Effect':'Allow','Action':'" + INTERRUPT + "','Resource':'*'}",
            "{'Effect':'Allow','Action':'"
                + RESUME
                + "','Resource':'acs:elasticsearch:*:*:logstashes/ls-1'}");

    assertThat(decide(AccessRequests.of(INTERRUPT, "ls-1"), policy)).isEqualTo(ALLOWED);
    assertThat(decide(AccessRequests.of(INTERRUPT, "ls-2"), policy)).isEqualTo(ALLOWED);
    assertThat(decide(AccessRequests.of(RESUME, "ls-1"), policy)).isEqualTo(ALLOWED);
    assertThat(decide(AccessRequests.of(RESUME, "ls-2"), policy)).isEqualTo(IMPLICIT_DENY);
  }

  @Test
  void withoutPoliciesNothingIsAllowed() {
    assertThat(decide(AccessRequests.of(INTERRUPT, "ls-1"))).isEqualTo(IMPLICIT_DENY);
  }

  @Test
  void aDenyWinsFromWhereverItStands() {
    AccessRequest request = AccessRequests.of(INTERRUPT, "ls-1");
    String allow = Role.ADMINISTRATOR.document();
    String allowing = "{'Effect':'Allow','Action':'*','Resource':'*'}";

    assertThat(decide(request, document(DENY, allowing))).isEqualTo(EXPLICIT_DENY);
    assertThat(decide(request, document(allowing, DENY))).isEqualTo(EXPLICIT_DENY);
    assertThat(decide(request, document(DENY), allow)).isEqualTo(EXPLICIT_DENY);
    assertThat(decide(request, allow, document(DENY))).isEqualTo(EXPLICIT_DENY);
  }

  @Test
  void aDenyOfSomethingElseDeniesNothing() {
    String deny =
        "{'Effect':'Deny','Action':'*','Resource':'acs:elasticsearch:*:*:logstashes/ls-2'}";
    String all = Role.ADMINISTRATOR.document();

    assertThat(decide(AccessRequests.of(INTERRUPT, "ls-1"), all, document(deny)))
        .isEqualTo(ALLOWED);
    assertThat(decide(AccessRequests.of(INTERRUPT, "ls-2"), all, document(deny)))
        .isEqualTo(EXPLICIT_DENY);
  }

  @Test
  void saysWhichPolicyDecided() {
    AccessRequest request = AccessRequests.of(INTERRUPT, "ls-1");
    String other = document("{'Effect':'Allow','Action':'holdpoint:*','Resource':'*'}");
    String all = Role.ADMINISTRATOR.document();

    assertThat(policies(other, all, all).decide(request))
        .isEqualTo(new AccessDecision(ALLOWED, "policy-1"));
    assertThat(policies(all, document(DENY)).decide(request))
        .isEqualTo(new AccessDecision(EXPLICIT_DENY, "policy-1"));
    assertThat(policies(other).decide(request)).isEqualTo(new AccessDecision(IMPLICIT_DENY, null));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{'IpAddress':{'acs:SourceIp':'192.0.2.0/24'}} | 192.0.2.10 | true",
        "{'IpAddress':{'acs:SourceIp':'192.0.2.0/24'}} | 198.51.100.1 | false",
        "{'IpAddress':{'acs:SourceIp':'192.0.2.0/24'}} | ::ffff:192.0.2.10 | true",
        "{'IpAddress':{'acs:SourceIp':['10.0.0.1','2001:db8::/32']}} | 2001:db8::5 | true",
        "{'IpAddress':{'acs:SourceIp':['10.0.0.1','2001:db8::/32']}} | 10.0.0.2 | false",
        "{'NotIpAddress':{'acs:SourceIp':['192.0.2.0/24','203.0.113.2']}} | 192.0.2.10 | false",
        "{'NotIpAddress':{'acs:SourceIp':['192.0.2.0/24','203.0.113.2']}} | 203.0.113.2 | false",
        "{'NotIpAddress':{'acs:SourceIp':['192.0.2.0/24','203.0.113.2']}} | 203.0.113.3 | true",
        "{'NotIpAddress':{'acs:SourceIp':'0.0.0.0/0'}} | 2001:db8::5 | true",
      })
  void theAddressIsAskedFor(String condition, String address, boolean holds) {
    assertHolds(condition, from(AccessRequests.of(INTERRUPT, "ls-1"), address), holds);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "'true' | true | false",
        "'false' | false | true",
        "['true','false'] | true | true",
        "['false'] | false | true"
      })
  void theTransportIsAskedFor(String values, boolean whenSecure, boolean whenPlain) {
    String condition = "{'Bool':{'acs:SecureTransport':" + values + "}}";
    AccessRequest request = AccessRequests.of(INTERRUPT, "ls-1");

    assertHolds(condition, request, whenSecure);
    assertHolds(condition, plain(request), whenPlain);
  }

  @ParameterizedTest
  @CsvSource({
    "DateEquals, false, true, false",
    "DateNotEquals, true, false, true",
    "DateLessThan, true, false, false",
    "DateLessThanEquals, true, true, false",
    "DateGreaterThan, false, false, true",
    "DateGreaterThanEquals, false, true, true"
  })
  void theTimeIsAskedFor(String operator, boolean before, boolean then, boolean after) {
    AccessRequest request = AccessRequests.of(INTERRUPT, "ls-1");
    for (String moment : List.of("2026-06-01T17:00:00+08:00", "2026-06-01T09:00:00Z")) {
      String condition = "{'" + operator + "':{'acs:CurrentTime':'" + moment + "'}}";

      assertHolds(condition, at(request, "2026-06-01T08:59:59.999Z"), before);
      assertHolds(condition, at(request, "2026-06-01T09:00:00Z"), then);
      assertHolds(condition, at(request, "2026-06-01T09:00:00.001Z"), after);
    }
  }

  @Test
  void ofSeveralMomentsOneSufficesButNoneMayBeTheForbiddenOne() {
    String moments = "{'acs:CurrentTime':['2026-06-01T09:00:00Z','2026-07-01T09:00:00Z']}}";
    AccessRequest july = at(AccessRequests.of(INTERRUPT, "ls-1"), "2026-07-01T09:00:00Z");

    assertHolds("{'DateEquals':" + moments, july, true);
    assertHolds("{'DateNotEquals':" + moments, july, false);
    assertHolds("{'DateGreaterThan':" + moments, july, true);
  }

  @Test
  void allConditionsMustHold() {
    String condition =
        "{'IpAddress':{'acs:SourceIp':'192.0.2.0/24'},'Bool':{'acs:SecureTransport':'true'}}";
    AccessRequest request = AccessRequests.of(INTERRUPT, "ls-1");

    assertHolds(condition, request, true);
    assertHolds(condition, plain(request), false);
    assertHolds(condition, from(request, "198.51.100.1"), false);
  }

  /** An Allow and a Deny with the condition, each of which must take it alike. */
  private static void assertHolds(String condition, AccessRequest request, boolean holds) {
    String rest = ",'Action':'*','Resource':'*','Condition':" + condition + "}";

    assertThat(decide(request, document("{'Effect':'Allow'" + rest)))
        .isEqualTo(holds ? ALLOWED : IMPLICIT_DENY);
    assertThat(decide(request, Role.ADMINISTRATOR.document(), document("{'Effect':'Deny'" + rest)))
        .isEqualTo(holds ? EXPLICIT_DENY : ALLOWED);
  }

  @Test
  void takesNoMorePoliciesThanItsBound() {
    PolicySet.Attached one = Role.READ_ONLY.attached();

    assertThat(new PolicySet(Collections.nCopies(PolicySet.MOST_POLICIES, one))).isNotNull();
    assertThatThrownBy(() -> new PolicySet(Collections.nCopies(PolicySet.MOST_POLICIES + 1, one)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("21 policies")
        .hasMessageContaining("allowed: 20");
  }
}
