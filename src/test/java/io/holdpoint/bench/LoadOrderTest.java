package io.holdpoint.bench;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.holdpoint.auth.SignatureScheme;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class LoadOrderTest {
  @Test
  void everyInstanceIsMetOnceBeforeAnyIsMetTwice() {
    LoadOrder order = order(30_000, 12_345);
    Set<String> met = new HashSet<>();
    for (int i = 0; i < 30_000; i++) {
      met.add(order.instance(i));
    }

    assertThat(met).hasSize(30_000).contains("ls-cn-00000000000", "ls-cn-00000029999");
  }

  @Test
  void theGeneratorReadsWhatTheBenchmarkOrders() throws Exception {
    ObjectMapper json = new ObjectMapper();
    LoadOrder order = order(10, 3);

    assertThat(json.readValue(json.writeValueAsString(order), LoadOrder.class)).isEqualTo(order);
  }

  private static LoadOrder order(int instances, long first) {
    return new LoadOrder(
        List.of(),
        "postgresql://db",
        SignatureScheme.ACS3_HMAC_SHA256,
        Mix.INTERRUPT,
        4,
        0,
        false,
        10,
        100,
        "p-",
        first,
        instances,
        50,
        "file");
  }
}
