package io.holdpoint.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.aliyun.elasticsearch20170613.Client;
import com.aliyun.elasticsearch20170613.models.CreateLogstashRequest;
import com.aliyun.elasticsearch20170613.models.CreateLogstashRequest.CreateLogstashRequestNetworkConfig;
import com.aliyun.elasticsearch20170613.models.CreateLogstashRequest.CreateLogstashRequestNodeSpec;
import com.aliyun.elasticsearch20170613.models.DescribeLogstashResponse;
import com.aliyun.elasticsearch20170613.models.ListLogstashRequest;
import com.aliyun.elasticsearch20170613.models.ListLogstashResponse;
import com.aliyun.elasticsearch20170613.models.Logstash;
import com.aliyun.elasticsearch20170613.models.RestartLogstashRequest;
import io.holdpoint.testkit.RunningService;
import io.holdpoint.testkit.ServiceFixture;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The official Java SDK, as published: instances come out of it with the right values. */
@RunningService("HOLDPOINT_WORKER=off")
class SdkModelIT {
  private static ServiceFixture service;
  private static Client sdk;
  private String instanceId;

  @BeforeAll
  static void connect(ServiceFixture running) throws Exception {
    service = running;
    sdk = SdkClient.of(running);
  }

  @BeforeEach
  void createAnInstance() {
    instanceId = service.createInstance(2);
  }

  @Test
  void restartsAndReadsTheInstance() throws Exception {
    Logstash restarted =
        sdk.restartLogstash(instanceId, new RestartLogstashRequest()).getBody().getResult();

    assertThat(restarted.getInstanceId()).isEqualTo(instanceId);
    assertThat(restarted.getStatus()).isEqualTo("activating");
    assertThat(restarted.getNodeAmount()).isEqualTo(2);
    assertThat(restarted.getVersion()).isEqualTo("7.4.0_with_X-Pack");
    assertThat(restarted.getNodeSpec().getSpec()).isEqualTo("elasticsearch.sn1ne.large");
    assertThat(restarted.getNetworkConfig().getVsArea()).isEqualTo("cn-hangzhou-i");
    assertThat(restarted.getEndpointList())
        .extracting(endpoint -> endpoint.getHost() + ":" + endpoint.getPort())
        .containsExactly("10.0.0.1:9600", "10.0.0.2:9600");
    assertThat(restarted.getZoneInfos())
        .extracting(zone -> zone.getZoneId() + " " + zone.getStatus())
        .containsExactly("cn-hangzhou-i NORMAL");
    assertThat(restarted.getTags()).isEmpty();
    assertThat(restarted.getConfig()).isEmpty();
    assertThat(restarted.getEndTime()).isEqualTo(4_746_268_800_000L);
    assertThat(restarted.getCreatedAt())
        .matches("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z");
  }

  @Test
  void createsAnInstance() throws Exception {
    CreateLogstashRequest request =
        new CreateLogstashRequest()
            .setVersion("7.4_with_X-Pack")
            .setNodeAmount(2)
            .setDescription("by the SDK")
            .setNodeSpec(
                new CreateLogstashRequestNodeSpec()
                    .setSpec("elasticsearch.sn1ne.large")
                    .setDisk(20L)
                    .setDiskType("cloud_ssd"))
            .setNetworkConfig(
                new CreateLogstashRequestNetworkConfig()
                    .setType("vpc")
                    .setVpcId("vpc-1")
                    .setVswitchId("vsw-1")
                    .setVsArea("cn-hangzhou-i"));

    String created = sdk.createLogstash(request).getBody().getResult().getInstanceId();

    assertThat(created).matches("ls-cn-[a-z0-9]{11}");
    var described = sdk.describeLogstash(created).getBody().getResult();
    assertThat(described.getDescription()).isEqualTo("by the SDK");
    assertThat(described.getNodeSpec().getDisk()).isEqualTo(20);
  }

  @Test
  void describesWhileATaskRuns() throws Exception {
    sdk.restartLogstash(instanceId, new RestartLogstashRequest());

    DescribeLogstashResponse described = sdk.describeLogstash(instanceId);

    var result = described.getBody().getResult();
    assertThat(described.getBody().getRequestId()).matches(Envelope.REQUEST_ID);
    assertThat(result.getInstanceId()).isEqualTo(instanceId);
    assertThat(result.getStatus()).isEqualTo("activating");
    assertThat(result.getNodeAmount()).isEqualTo(2);
    assertThat(result.getPaymentType()).isEqualTo("postpaid");
    assertThat(result.getResourceGroupId()).isEmpty();
    assertThat(result.getTags()).isEmpty();
    assertThat(result.getExtendConfigs()).isEmpty();
    assertThat(result.getZoneInfos())
        .extracting(zone -> zone.getZoneId() + " " + zone.getStatus())
        .containsExactly("cn-hangzhou-i NORMAL");
    assertThat(result.getEndpointList())
        .extracting(endpoint -> endpoint.getHost() + ":" + endpoint.getPort())
        .containsExactly("10.0.0.1:9600", "10.0.0.2:9600");
    assertThat(result.toMap()).doesNotContainKey("clusterTasks");
    assertThat(clusterTasks()).isEqualTo(1);
  }

  /** The member is there on the wire; the SDK drops what its model does not have. */
  private int clusterTasks() {
    return service
        .api()
        .get("/openapi/logstashes/" + instanceId)
        .json()
        .getJsonObject("Result")
        .getJsonArray("clusterTasks")
        .size();
  }

  @Test
  void listsWithTheTotalCount() throws Exception {
    ListLogstashRequest one = new ListLogstashRequest().setInstanceId(instanceId);
    ListLogstashResponse found = sdk.listLogstash(one.setPage(1).setSize(10));

    assertThat(found.getBody().getHeaders().getXTotalCount()).isEqualTo(1);
    assertThat(found.getBody().getResult()).hasSize(1);
    assertThat(found.getBody().getResult().get(0).getInstanceId()).isEqualTo(instanceId);
    assertThat(found.getBody().getResult().get(0).getStatus()).isEqualTo("active");
    assertThat(found.getBody().getResult().get(0).getTags()).isEmpty();
    assertThat(found.getBody().getResult().get(0).getNodeSpec().getSpec())
        .isEqualTo("elasticsearch.sn1ne.large");

    service.createInstance(1);
    ListLogstashResponse page = sdk.listLogstash(new ListLogstashRequest().setSize(1).setPage(2));
    assertThat(page.getBody().getResult()).hasSize(1);
    assertThat(page.getBody().getHeaders().getXTotalCount()).isGreaterThan(1);
  }
}
