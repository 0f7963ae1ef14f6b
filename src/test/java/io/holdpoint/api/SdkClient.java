package io.holdpoint.api;

import com.aliyun.elasticsearch20170613.Client;
import com.aliyun.teaopenapi.models.Config;
import io.holdpoint.testkit.ServiceFixture;

/** The official SDK as its users set it up, pointed at a service of ours. */
final class SdkClient {
  private SdkClient() {}

  static Client of(ServiceFixture service) throws Exception {
    return new Client(
        new Config()
            .setAccessKeyId("any")
            .setAccessKeySecret("any")
            .setRegionId("cn-hangzhou")
            .setProtocol("HTTP")
            .setEndpoint("127.0.0.1:" + service.service().port()));
  }
}
