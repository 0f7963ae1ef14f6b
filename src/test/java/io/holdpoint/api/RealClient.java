package io.holdpoint.api;

import com.aliyun.elasticsearch20170613.Client;
import com.aliyun.elasticsearch20170613.models.InterruptLogstashTaskRequest;
import com.aliyun.elasticsearch20170613.models.RestartLogstashRequest;
import com.aliyun.tea.TeaException;
import com.aliyun.teaopenapi.models.Config;
import com.aliyun.teaopenapi.models.OpenApiRequest;
import com.aliyun.teaopenapi.models.Params;
import com.aliyun.teautil.models.RuntimeOptions;
import com.aliyuncs.CommonRequest;
import com.aliyuncs.DefaultAcsClient;
import com.aliyuncs.auth.SignatureVersion;
import com.aliyuncs.exceptions.ClientException;
import com.aliyuncs.http.FormatType;
import com.aliyuncs.http.MethodType;
import com.aliyuncs.http.ProtocolType;
import com.aliyuncs.profile.DefaultProfile;
import io.holdpoint.task.Operation;
import io.holdpoint.testkit.SignedClient;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The published Java clients, each set up as its users do; nothing of ours signs for them. */
enum RealClient {
  /** com.aliyun:elasticsearch20170613; its constructor chooses ROA-SHA1. */
  JAVA_SDK {
    @Override
    @Nullable Object result(Call call) throws Exception {
      return ask(new Client(config(call)), call);
    }
  },

  /** The same, told to sign with ACS3. */
  JAVA_SDK_ACS3 {
    @Override
    @Nullable Object result(Call call) throws Exception {
      Client client = new Client(config(call));
      client._signatureAlgorithm = "ACS3-HMAC-SHA256";
      return ask(client, call);
    }
  },

  /** tea-openapi's client for any operation: ACS3. */
  TEA_GENERIC {
    @Override
    @Nullable Object result(Call call) throws Exception {
      Params params =
          new Params()
              .setAction(call.action())
              .setVersion("2017-06-13")
              .setProtocol("HTTP")
              .setPathname(call.path())
              .setMethod("POST")
              .setAuthType("AK")
              .setStyle("ROA")
              .setReqBodyType("json")
              .setBodyType("json");
      OpenApiRequest request = new OpenApiRequest();
      if (call.restart()) {
        request.setBody(Map.of("batchCount", 0));
      }
      Map<String, ?> reply =
          new com.aliyun.teaopenapi.Client(config(call))
              .callApi(params, request, new RuntimeOptions());
      return resultOf(JsonObject.mapFrom(reply.get("body")));
    }
  },

  /** aliyun-java-sdk-core: ROA-SHA1. */
  CORE {
    @Override
    @Nullable Object result(Call call) throws Exception {
      return core(call, null);
    }
  },

  /** The same with its version 3: ACS3, its fields in another order, the host not signed. */
  CORE_V3 {
    @Override
    @Nullable Object result(Call call) throws Exception {
      return core(call, SignatureVersion.V3);
    }
  };

  /**
   * @param restart asks for a restart, else for an interrupt
   */
  record Call(int port, String keyId, String secret, boolean restart, String instance) {
    String action() {
      return (restart ? Operation.RESTART : Operation.INTERRUPT).apiName();
    }

    String path() {
      return SignedClient.action(instance, restart ? "restart" : "interrupt");
    }
  }

  /**
   * What the caller is told.
   *
   * @param result of an interrupt; of a restart the instance's status
   * @param code of the exception; empty without one
   */
  record Told(@Nullable Object result, String code) {}

  Told call(Call call) throws Exception {
    try {
      return new Told(result(call), "");
    } catch (TeaException refused) {
      return new Told(null, refused.getCode());
    } catch (ClientException refused) {
      return new Told(null, refused.getErrCode());
    }
  }

  abstract @Nullable Object result(Call call) throws Exception;

  private static Config config(Call call) {
    return new Config()
        .setAccessKeyId(call.keyId())
        .setAccessKeySecret(call.secret())
        .setRegionId("cn-hangzhou")
        .setProtocol("HTTP")
        .setEndpoint("127.0.0.1:" + call.port());
  }

  private static @Nullable Object ask(Client client, Call call) throws Exception {
    if (call.restart()) {
      RestartLogstashRequest request = new RestartLogstashRequest().setBatchCount(0.0);
      return client.restartLogstash(call.instance(), request).getBody().getResult().getStatus();
    }
    InterruptLogstashTaskRequest request = new InterruptLogstashTaskRequest();
    return client.interruptLogstashTask(call.instance(), request).getBody().getResult();
  }

  private static @Nullable Object core(Call call, @Nullable SignatureVersion version)
      throws ClientException {
    CommonRequest request = new CommonRequest();
    request.setSysMethod(MethodType.POST);
    request.setSysProtocol(ProtocolType.HTTP);
    request.setSysDomain("127.0.0.1:" + call.port());
    request.setSysVersion("2017-06-13");
    request.setSysAction(call.action());
    request.setSysUriPattern(call.path());
    if (call.restart()) {
      byte[] body = "{\"batchCount\":0}".getBytes(StandardCharsets.UTF_8);
      request.setHttpContent(body, "UTF-8", FormatType.JSON);
    }
    if (version != null) {
      request.setSysSignatureVersion(version);
    }
    DefaultAcsClient client =
        new DefaultAcsClient(DefaultProfile.getProfile("cn-hangzhou", call.keyId(), call.secret()));
    try {
      return resultOf(new JsonObject(client.getCommonResponse(request).getData()));
    } finally {
      client.shutdown();
    }
  }

  private static @Nullable Object resultOf(JsonObject body) {
    Object result = body.getValue("Result");
    return result instanceof JsonObject instance ? instance.getString("status") : result;
  }
}
