package io.holdpoint.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdpoint.testkit.ApiClient.Reply;
import io.holdpoint.testkit.RunningService;
import io.holdpoint.testkit.ServiceFixture;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** ListLogstash: pages, newest first, and what each filter leaves. */
@RunningService("HOLDPOINT_WORKER=off")
class ListIT {
  private static ServiceFixture service;
  private static final List<String> NEWEST_FIRST = new ArrayList<>();

  @BeforeAll
  static void createFiveInstances(ServiceFixture running) {
    service = running;
    for (int i = 1; i <= 5; i++) {
      JsonObject body =
          ServiceFixture.createBody(1)
              .put("description", "fleet_" + i + (i == 5 ? "%" : ""))
              .put("version", i == 1 ? "6.7_with_X-Pack" : "7.4_with_X-Pack")
              .put("resourceGroupId", i <= 2 ? "rg-old" : "rg-new");
      Reply created = running.api().send("POST", "/openapi/logstashes", body);
      NEWEST_FIRST.add(0, created.json().getJsonObject("Result").getString("instanceId"));
    }
  }

  @Test
  void pagesAreDisjointAndInOrder() {
    List<String> paged = new ArrayList<>();
    for (int page = 1; page <= 4; page++) {
      Reply reply = list("page=" + page + "&size=2");
      assertThat(total(reply)).isEqualTo(5);
      assertThat(ids(reply)).hasSize(page <= 2 ? 2 : page == 3 ? 1 : 0);
      paged.addAll(ids(reply));
    }

    assertThat(paged).isEqualTo(NEWEST_FIRST);
    assertThat(ids(list(""))).isEqualTo(NEWEST_FIRST);
    assertThat(ids(list("page=1000000&size=100"))).isEmpty();
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          description=fleet                    | 5
          description=fleet_3                  | 1
          description=FLEET                    | 0
          description=_                        | 5
          description=%25                      | 1
          description=fleet%25                 | 0
          version=7.4.0_with_X-Pack            | 4
          version=7.4_with_X-Pack              | 4
          version=6.7_with_X-Pack              | 1
          version=7                            | 0
          resourceGroupId=rg-old               | 2
          resourceGroupId=rg                   | 0
          resourceGroupId=rg-old&version=7.4_with_X-Pack | 1
          tags=%5B%5D                          | 5
          tags=%5B%7B%22tagKey%22:%22a%22%7D%5D | 0
          instanceId=ls-cn-unknown             | 0
          description=&version=&instanceId=&resourceGroupId=&tags= | 5
          """)
  void filtersLeaveWhatMatches(String query, int matches) {
    Reply reply = list(query);

    assertThat(total(reply)).isEqualTo(matches);
    assertThat(ids(reply)).hasSize(matches);
  }

  @Test
  void anInstanceIsFoundByItsId() {
    assertThat(ids(list("instanceId=" + NEWEST_FIRST.get(2)))).containsExactly(NEWEST_FIRST.get(2));
  }

  private static Reply list(String query) {
    Reply reply = service.api().get("/openapi/logstashes?" + query);
    assertThat(reply.status()).as(reply.body()).isEqualTo(200);
    return reply;
  }

  private static int total(Reply reply) {
    return reply.json().getJsonObject("Headers").getInteger("X-Total-Count");
  }

  private static List<String> ids(Reply reply) {
    return reply.json().getJsonArray("Result").stream()
        .map(instance -> ((JsonObject) instance).getString("instanceId"))
        .toList();
  }
}
