package io.holdpoint.cli;

import io.holdpoint.auth.SignatureScheme;
import io.holdpoint.config.Units;
import java.io.Console;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** Calls one operation of a running service, for people and scripts. */
@Command(
    name = "call",
    description = {
      "Calls an operation of a running service, signed, and prints its reply.",
      "No answer, 502 to 504 and Throttling are tried again, with the same client",
      "token, until --timeout is over."
    },
    exitCodeListHeading = "Exit codes:%n",
    exitCodeList = {
      "0:done, and Result is not false",
      "2:wrong usage; nothing was sent",
      "3:Result is false: there was nothing to do",
      "4:refused (4xx), without effect",
      "5:unavailable or outcome unknown; the same call with the same token finds out"
    },
    footer = {
      "A client token that was not given is made up and told on standard error.",
      "Environment: HOLDPOINT_CALL_ENDPOINT, HOLDPOINT_CALL_ACCESS_KEY_ID,",
      "HOLDPOINT_CALL_ACCESS_KEY_SECRET. Operations and their parameters: openapi.yaml."
    })
final class CallCommand implements Runnable {
  private static final Duration LONGEST = Duration.ofHours(1);

  @ParentCommand private HoldpointCommand parent;
  @Spec private CommandSpec spec;

  @Parameters(
      paramLabel = "OPERATION",
      description = "As the contract names it, such as InterruptLogstashTask.")
  private String operation;

  @Option(names = "--instance", paramLabel = "ID", description = "The instance.")
  private @Nullable String instance;

  @Option(
      names = "--client-token",
      paramLabel = "TOKEN",
      description = "At most 64 visible ASCII characters; one token has one effect.")
  private @Nullable String clientToken;

  @Option(
      names = "--param",
      paramLabel = "NAME=VALUE",
      description = "Any other parameter of the operation; may be given several times.")
  private List<String> parameters = List.of();

  @Option(
      names = "--body",
      paramLabel = "JSON|@FILE",
      description = "The body, or the file it is in; @- reads standard input.")
  private @Nullable String body;

  @Option(
      names = "--interrupt-mode",
      paramLabel = "MODE",
      description = "How the step in flight settles: finish-step, safe-point or now.")
  private @Nullable String interruptMode;

  @Option(names = "--reason", paramLabel = "TEXT", description = "Kept in the history.")
  private @Nullable String reason;

  @Option(
      names = "--endpoint",
      paramLabel = "URL",
      description = "The service. Default: " + CallEndpoint.DEFAULT + ".")
  private @Nullable String endpoint;

  @Option(
      names = "--access-key-id",
      paramLabel = "ID",
      description = "Without a key the call is not signed.")
  private @Nullable String accessKeyId;

  @Option(
      names = "--access-key-secret-file",
      paramLabel = "FILE",
      description = "Instead of the environment; with neither, a terminal is asked.")
  private @Nullable Path secretFile;

  @Option(names = "--access-key-secret", hidden = true, arity = "0..1")
  private @Nullable String secretAsArgument;

  @Option(
      names = "--scheme",
      paramLabel = "SCHEME",
      defaultValue = "acs3",
      description = "acs3 (default) or roa-sha1.")
  private String scheme;

  @Option(
      names = "--timeout",
      paramLabel = "DURATION",
      defaultValue = "30s",
      description = "For all attempts together, such as 500ms or 2m. Default: 30s.")
  private String timeout;

  @Option(
      names = "--ca",
      paramLabel = "FILE",
      description = "PEM file of the authorities to trust instead of the JDK's.")
  private @Nullable Path ca;

  @Option(
      names = "--json",
      description = "Prints a JSON object about the call instead, with the reply as its body.")
  private boolean json;

  @Override
  public void run() {
    try {
      parent.end(call());
    } catch (CallUsageException wrong) {
      throw new ParameterException(spec.commandLine(), String.valueOf(wrong.getMessage()));
    }
  }

  private int call() {
    if (secretAsArgument != null) {
      throw new CallUsageException(
          "a secret is no argument, others can read those; set "
              + CallEnvironment.ACCESS_KEY_SECRET);
    }
    CallEnvironment environment = CallEnvironment.of(parent.environment());
    CallOperation called = CallContract.load().operation(operation);
    Map<String, String> values = values();
    boolean madeUp = called.takesClientToken() && !values.containsKey(CallOperation.CLIENT_TOKEN);
    if (madeUp) {
      values.put(CallOperation.CLIENT_TOKEN, UUID.randomUUID().toString());
    }
    CallEndpoint to =
        CallEndpoint.parse(or(endpoint, or(environment.endpoint(), CallEndpoint.DEFAULT)));
    CallRequest request = new CallRequest(to, called, values, CallBody.read(body));
    Duration limit = timeout();
    if (ca != null && !to.tls()) {
      throw new CallUsageException("--ca is for an https endpoint");
    }
    Function<CallRequest, Map<String, String>> signer =
        CallKey.signer(
            or(accessKeyId, environment.accessKeyId()),
            environment,
            secretFile,
            scheme(),
            CallCommand::prompt);
    CallOutput output =
        new CallOutput(
            called, to, values.get(CallOperation.CLIENT_TOKEN), parent.out(), parent.err());
    if (madeUp) {
      output.token();
    }
    CallEnd end =
        new CallAttempts(
                new HttpCallSender(ca == null ? null : CallTrust.of(ca)),
                signer,
                System::nanoTime,
                LockSupport::parkNanos,
                () -> ThreadLocalRandom.current().nextDouble(),
                output::again)
            .run(called, request, limit);
    output.end(end, json);
    return end.kind().exitCode();
  }

  private Map<String, String> values() {
    Map<String, String> values = new LinkedHashMap<>();
    put(values, CallOperation.INSTANCE_ID, instance);
    put(values, CallOperation.CLIENT_TOKEN, clientToken);
    put(values, "x-holdpoint-interrupt-mode", interruptMode);
    put(values, "x-holdpoint-reason", reason);
    for (String pair : parameters) {
      int equals = pair.indexOf('=');
      if (equals < 1) {
        throw new CallUsageException("--param: allowed: NAME=VALUE");
      }
      put(values, pair.substring(0, equals), pair.substring(equals + 1));
    }
    String token = values.get(CallOperation.CLIENT_TOKEN);
    if (token != null && !token.matches("[!-~]{1,64}")) {
      throw new CallUsageException("--client-token: allowed: 1 to 64 visible ASCII characters");
    }
    return values;
  }

  private static void put(Map<String, String> values, String name, @Nullable String value) {
    if (value != null && values.put(name, value) != null) {
      throw new CallUsageException("the parameter " + name + " is given twice");
    }
  }

  private SignatureScheme scheme() {
    switch (scheme) {
      case "acs3":
        return SignatureScheme.ACS3_HMAC_SHA256;
      case "roa-sha1":
        return SignatureScheme.ROA_SHA1;
      default:
        throw new CallUsageException("--scheme: allowed: acs3, roa-sha1");
    }
  }

  private Duration timeout() {
    Duration parsed;
    try {
      parsed = Units.duration(timeout);
    } catch (IllegalArgumentException | ArithmeticException malformed) {
      throw new CallUsageException("--timeout: allowed: " + Units.DURATIONS);
    }
    if (parsed.isZero() || parsed.compareTo(LONGEST) > 0) {
      throw new CallUsageException("--timeout: allowed: more than 0 and at most 1h");
    }
    return parsed;
  }

  private static String or(@Nullable String given, String otherwise) {
    return given == null || given.isEmpty() ? otherwise : given;
  }

  private static char @Nullable [] prompt() {
    Console console = System.console();
    return console == null ? null : console.readPassword("access key secret: ");
  }
}
