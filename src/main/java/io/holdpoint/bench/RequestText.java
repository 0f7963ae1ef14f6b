package io.holdpoint.bench;

import io.holdpoint.auth.QueryParameter;
import io.holdpoint.auth.RequestSigner;
import io.holdpoint.auth.SignedRequest;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** The bytes of a request over HTTP/1.1, signed beforehand, with the headers that SDKs send. */
record RequestText(String rawPath, String token, Map<String, String> sent)
    implements SignedRequest {
  private static final String TOKEN = "clientToken";

  static byte[] of(LoadOrder order, int index, @Nullable RequestSigner signer) {
    Mix.Kind kind = order.mix().kind(index);
    int subject = order.mix() == Mix.MIXED ? Mix.subject(index) : index;
    String token = kind == Mix.Kind.REPLAY ? order.token(subject) : order.token(index);
    String instance =
        switch (kind) {
          case INTERRUPT -> order.instance(index);
          case RESUME, REPLAY -> order.instance(subject);
          case UNKNOWN -> "ls-cn-none" + index;
        };
    String action = kind == Mix.Kind.RESUME ? "resume" : "interrupt";
    Map<String, String> headers = new LinkedHashMap<>();
    headers.put("host", "127.0.0.1");
    headers.put("accept", "application/json");
    headers.put("user-agent", "holdpoint-bench");
    headers.put("x-acs-version", "2017-06-13");
    headers.put(
        "x-acs-action", kind == Mix.Kind.RESUME ? "ResumeLogstashTask" : "InterruptLogstashTask");
    RequestText request =
        new RequestText(
            "/openapi/logstashes/" + instance + "/actions/" + action, token, Map.copyOf(headers));
    if (signer != null) {
      headers.putAll(signer.sign(request));
    }
    return request.bytes(headers);
  }

  private byte[] bytes(Map<String, String> headers) {
    StringBuilder text = new StringBuilder(512);
    text.append("POST ").append(rawPath).append('?').append(TOKEN).append('=').append(token);
    text.append(" HTTP/1.1\r\n");
    headers.forEach((name, value) -> text.append(name).append(": ").append(value).append("\r\n"));
    text.append("content-length: 0\r\n\r\n");
    return text.toString().getBytes(StandardCharsets.US_ASCII);
  }

  @Override
  public String method() {
    return "POST";
  }

  @Override
  public List<String> segments() {
    return List.of(rawPath.substring(1).split("/", -1));
  }

  @Override
  public List<QueryParameter> query() {
    return List.of(new QueryParameter(TOKEN, token, true));
  }

  @Override
  public void headers(BiConsumer<String, String> each) {
    sent.forEach(each);
  }

  @Override
  public byte[] body() {
    return new byte[0];
  }
}
