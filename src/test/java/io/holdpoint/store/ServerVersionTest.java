package io.holdpoint.store;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ServerVersionTest {
  @ParameterizedTest
  @ValueSource(ints = {90_624, 140_099})
  void serverThatIsTooOldIsRefusedInOneLine(int version) {
    assertThatThrownBy(() -> Migrations.requireServer(version))
        .isInstanceOf(StartException.class)
        .hasMessage("PostgreSQL %d is too old; Holdpoint needs 15 or newer", version / 10_000);
  }

  @ParameterizedTest
  @ValueSource(ints = {150_000, 150_019, 180_006})
  void serverThatIsNewEnoughIsTaken(int version) {
    assertThatCode(() -> Migrations.requireServer(version)).doesNotThrowAnyException();
  }
}
