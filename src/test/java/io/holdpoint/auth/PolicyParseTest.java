package io.holdpoint.auth;

import static io.holdpoint.auth.AccessRequests.document;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is refused, where the message says it stands, and what it says is allowed. */
class PolicyParseTest {
  private static final String ALLOW = "{'Effect':'Allow','Action':'*','Resource':'*'}";

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "[] | The document is an empty array; allowed: an object with Version, Statement",
        "{} | The document is an empty object; allowed: an object with Version, Statement",
        "'1' | The document is of the kind string; allowed: an object",
        "{'Statement':[]} | Version is missing; allowed: \"1\"",
        "{'Version':1,'Statement':[]} | Version is of the kind number; allowed: a string in double",
        "{'Version':'2012-10-17','Statement':[]} | Version is \"2012-10-17\"; allowed: \"1\"",
        "{'Version':'1'} | Statement is missing; allowed: an array of statements",
        "{'Version':'1','Statement':[]} | Statement is an empty array; allowed: an array of at",
        "{'Version':'1','Statement':{'Effect':'Allow'}} | Statement is of the kind object; allowed: an array",
        "{'Version':'1','Id':'x','Statement':[]} | Id is unknown; allowed: Version, Statement",
        "{'Version':'1','Version':'1'} | Version is given twice; allowed: once",
        "{'Version':'1' | Version is not JSON at line 1",
        "{'Version':'1','Statement':[{]} | Statement[0] is not JSON at line 1",
        "{'Version':'1'} {} | The document goes on behind its end; allowed: one object",
        "[[[[[[[[[ | is nested too deeply or too long; allowed: 8 levels",
      })
  void refusesADocument(String json, String message) {
    refused(json.replace('\'', '"'), message);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "7 | Statement[1] is of the kind number; allowed: an object with Effect, Action, NotAction",
        "{} | Statement[1] is an empty object; allowed: an object with Effect",
        "{'Sid':'x','Effect':'Allow','Action':'*','Resource':'*'} | Statement[1].Sid is unknown; allowed: Effect, Action, NotAction, Resource, Condition",
        "{'Action':'*','Resource':'*'} | Statement[1].Effect is missing; allowed: Allow, Deny",
        "{'Effect':'allow','Action':'*','Resource':'*'} | Statement[1].Effect is \"allow\"; allowed: Allow, Deny",
        "{'Effect':['Allow'],'Action':'*','Resource':'*'} | Statement[1].Effect is of the kind array; allowed: a string",
        "{'Effect':'Allow','Effect':'Deny','Action':'*','Resource':'*'} | Statement[1].Effect is given twice; allowed: once",
        "{'Effect':'Allow','Resource':'*'} | Statement[1] has neither; allowed: one of Action, NotAction",
        "{'Effect':'Allow','Action':'*','NotAction':'a:b','Resource':'*'} | Statement[1] has both; allowed: one of Action, NotAction",
        "{'Effect':'Allow','Action':[],'Resource':'*'} | Statement[1].Action is empty; allowed: a string or an array of at least one",
        "{'Effect':'Allow','NotAction':[],'Resource':'*'} | Statement[1].NotAction is empty",
        "{'Effect':'Allow','Action':null,'Resource':'*'} | Statement[1].Action is of the kind null",
        "{'Effect':'Allow','Action':['a:b',7],'Resource':'*'} | Statement[1].Action[1] is of the kind number",
        "{'Effect':'Allow','Action':['a:b',['c:d']],'Resource':'*'} | Statement[1].Action[1] is of the kind array",
        "{'Effect':'Allow','Action':'Describe*','Resource':'*'} | Statement[1].Action: \"Describe*\" is no action; allowed: * or <service>:<Name>",
        "{'Effect':'Allow','Action':'a:b:c','Resource':'*'} | Statement[1].Action: \"a:b:c\" is no action",
        "{'Effect':'Allow','Action':'','Resource':'*'} | Statement[1].Action: \"\" is no action",
        "{'Effect':'Allow','Action':'*'} | Statement[1].Resource is missing; allowed: a resource",
        "{'Effect':'Allow','Action':'*','NotResource':'*'} | Statement[1].NotResource is unknown",
        "{'Effect':'Allow','Action':'*','Resource':['*','x']} | Statement[1].Resource[1]: \"x\" is no resource; allowed: * or acs:",
      })
  void refusesAStatement(String statement, String message) {
    refused(document(ALLOW, statement), message);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "[] | Condition is an empty array; allowed: an object with operators",
        "{} | Condition is an empty object; allowed: an object with operators",
        "{'StringEquals':{'acs:SourceIp':'10.0.0.1'}} | Condition.StringEquals is no operator here; allowed: IpAddress, NotIpAddress, Bool, DateEquals",
        "{'NumericLessThan':{'acs:CurrentTime':'1'}} | Condition.NumericLessThan is no operator here",
        "{'ipaddress':{'acs:SourceIp':'10.0.0.1'}} | Condition.ipaddress is no operator here",
        "{'IpAddressIfExists':{'acs:SourceIp':'10.0.0.1'}} | Condition.IpAddressIfExists is no operator",
        "{'IpAddress':{'acs:sourceIp':'10.0.0.1'}} | Condition.IpAddress.acs:sourceIp is no key of this operator; allowed: acs:SourceIp",
        "{'Bool':{'acs:MFAPresent':'true'}} | Condition.Bool.acs:MFAPresent is no key of this operator; allowed: acs:SecureTransport",
        "{'Bool':{'acs:SecureTransport':'true','x':'y'}} | Condition.Bool.x is no key of this operator",
        "{'Bool':{}} | Condition.Bool is an empty object; allowed: an object with acs:SecureTransport",
        "{'Bool':'true'} | Condition.Bool is of the kind string; allowed: an object",
        "{'Bool':{'acs:SecureTransport':true}} | Condition.Bool.acs:SecureTransport is of the kind boolean; allowed: a string in double quotes",
        "{'Bool':{'acs:SecureTransport':'True'}} | Condition.Bool.acs:SecureTransport: \"True\" is no truth value; allowed: \"true\", \"false\"",
        "{'IpAddress':{'acs:SourceIp':[]}} | Condition.IpAddress.acs:SourceIp is empty",
        "{'IpAddress':{'acs:SourceIp':['10.0.0.0/8','gate.example.com']}} | Condition.IpAddress.acs:SourceIp[1]: \"gate.example.com\" is neither an address nor a network; allowed: an IPv4 or IPv6",
        "{'NotIpAddress':{'acs:SourceIp':'10.0.0.1/8'}} | Condition.NotIpAddress.acs:SourceIp: \"10.0.0.1/8\" has bits behind its prefix",
        "{'DateLessThan':{'acs:CurrentTime':'2026-01-01'}} | Condition.DateLessThan.acs:CurrentTime: \"2026-01-01\" is no moment; allowed: ISO 8601 with an offset",
        "{'DateLessThan':{'acs:CurrentTime':'2026-01-01T00:00:00'}} | is no moment",
        "{'DateLessThan':{'acs:CurrentTime':'2026-02-30T00:00:00Z'}} | is no moment",
        "{'DateLessThan':{'acs:CurrentTime':'1700000000'}} | is no moment",
        "{'DateLess':{'acs:CurrentTime':'2026-01-01T00:00:00Z'}} | Condition.DateLess is no operator here",
      })
  void refusesACondition(String condition, String message) {
    String statement =
        "{'Effect':'Deny','Action':'*','Resource':'*','Condition':" + condition + "}";

    refused(document(ALLOW, statement), message);
  }

  @Test
  void refusesADocumentThatIsTooLong() {
    String document = document(ALLOW);
    String longest = document + " ".repeat(Policy.LONGEST_DOCUMENT - document.length());

    assertThat(Policy.LONGEST_DOCUMENT).isEqualTo(6_144);
    assertThatCode(() -> Policy.parse(longest)).doesNotThrowAnyException();
    refused(longest + " ", "The document has 6145 characters; allowed: 6144");
    refused("", "The document is empty; allowed: an object with Version, Statement");
  }

  @Test
  void refusesAWildcardTextThatNoSearchCouldHold() {
    String text = "acs:oss:*:*:*" + "a".repeat(65) + "*";

    refused(
        document("{'Effect':'Deny','Action':'*','Resource':'" + text + "'}"),
        "has 65 characters between two asterisks; allowed: 64");
  }

  @Test
  void saysItInOneLineWhateverTheDocumentHolds() {
    String name = "a\\u0000\\n\\u2028\u00e4\\\"".repeat(200);
    String json = "{\"" + name + "\": 1}";

    assertThatThrownBy(() -> Policy.parse(json))
        .isInstanceOf(PolicyException.class)
        .satisfies(
            fault ->
                assertThat(fault.getMessage())
                    .matches("[ -~]{1," + PolicyException.LONGEST_MESSAGE + "}"));
  }

  private static void refused(String json, String message) {
    assertThatThrownBy(() -> Policy.parse(json))
        .isInstanceOf(PolicyException.class)
        .hasMessageContaining(message);
  }
}
