package com.abilian.sbe.scim;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.keycloak.common.util.Environment;

class ConnectorTest {

  private final String before = System.getProperty(Environment.PROFILE);

  @AfterEach
  void restore() {
    if (before == null) {
      System.clearProperty(Environment.PROFILE);
    } else {
      System.setProperty(Environment.PROFILE, before);
    }
  }

  @ParameterizedTest
  @CsvSource({"prod,true", "dev,true", "'',true", "nonserver,false"})
  void onlyAServerDelivers(String profile, boolean server) {
    System.setProperty(Environment.PROFILE, profile);
    assertEquals(server, Connector.isServer());
  }
}
