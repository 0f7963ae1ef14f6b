package io.holdpoint.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.pgclient.PgConnectOptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PostgresUriTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = ' ',
      value = {
        "postgresql://u:p@db/name db:5432",
        "postgresql://u:p@db:6000/name db:6000",
        "postgresql://u:p@db1,db2:6000/name db1:5432,db2:6000",
        "postgres://u:p@db1:1,db2:2,db3:3/name?application_name=x db1:1,db2:2,db3:3",
        "postgresql://u:p@[::1]:6000,127.0.0.1/name [::1]:6000,127.0.0.1:5432"
      })
  void everyServerIsRead(String uri, String addresses) {
    PostgresUri read = PostgresUri.parse(uri);

    assertThat(read.addresses()).isEqualTo(addresses);
    assertThat(read.user()).isEqualTo("u");
    assertThat(read.password()).isEqualTo("p");
    assertThat(read.database()).isEqualTo("name");
  }

  @Test
  void commasAndAtSignsOfThePasswordAreNoServers() {
    PostgresUri read = PostgresUri.parse("postgresql://u:a%2Cb%40c%2Fd@db1:1,db2:2/name");

    assertThat(read.addresses()).isEqualTo("db1:1,db2:2");
    assertThat(read.servers()).extracting(PgConnectOptions::getPassword).containsOnly("a,b@c/d");
  }

  @Test
  void parametersHoldForAllServers() {
    PostgresUri read = PostgresUri.parse("postgresql://u:p@db1,db2/name?sslmode=require");

    assertThat(read.servers())
        .extracting(server -> server.getSslMode().value)
        .containsOnly("require");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "postgresql://u:se@cret@db1:port/name",
        "postgresql://u:secret@db1:1,/name",
        "postgresql://u:secret@,db1:1/name",
        "postgresql://u:secret@db1:1,,db2:1/name",
        "postgresql://u:secret@db1:99999999/name"
      })
  void whatCannotBeReadIsRefusedWithoutShowingIt(String uri) {
    assertThatThrownBy(() -> PostgresUri.parse(uri, "HOLDPOINT_POSTGRES_URI"))
        .isInstanceOf(StartException.class)
        .hasMessageStartingWith("HOLDPOINT_POSTGRES_URI cannot be read")
        .hasMessageNotContaining("cret");
  }
}
