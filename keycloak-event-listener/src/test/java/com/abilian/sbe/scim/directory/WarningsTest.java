package com.abilian.sbe.scim.directory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.abilian.sbe.scim.store.FederationReader.Configured;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WarningsTest {

  private static final Map<String, String> GOOD =
      Map.of(
          "importEnabled", "true",
          "changedSyncPeriod", "300",
          "fullSyncPeriod", "-1",
          "readTimeout", "5000",
          "connectionUrl", "ldap://directory",
          "usersDn", "ou=people,dc=sbe");

  private static Configured provider(String id, String realm, Map<String, String> values) {
    return new Configured(id, realm, realm, "ldap", "annuaire", values);
  }

  private static Configured mapper(String mode) {
    return new Configured("m", "p", "r", "group-ldap-mapper", "groupes", Map.of("mode", mode));
  }

  private static List<String> warnings(Configured provider, Configured... others) {
    return Warnings.of(provider, List.of(others), List.of("s"));
  }

  @Test
  void aDirectoryThatIsSetUpWellHasNone() {
    assertEquals(
        List.of(), warnings(provider("p", "r", GOOD), mapper("READ_ONLY"), mapper("LDAP_ONLY")));
  }

  @ParameterizedTest
  @CsvSource({
    "importEnabled,     false, import is off",
    "changedSyncPeriod, -1,    no periodic sync",
    "readTimeout,       '',    no read timeout",
    "readTimeout,       x,     no read timeout",
    "readTimeout,       0,     no read timeout"
  })
  void whatIsMissingIsTold(String key, String value, String told) {
    Map<String, String> values = new HashMap<>(GOOD);
    values.put(key, value);
    List<String> found = warnings(provider("p", "r", values));
    assertEquals(1, found.size());
    assertTrue(found.get(0).startsWith(told), found::toString);
  }

  @Test
  void aPeriodicFullSyncIsOneToo() {
    Map<String, String> values = new HashMap<>(GOOD);
    values.putAll(Map.of("changedSyncPeriod", "-1", "fullSyncPeriod", "86400"));
    assertEquals(List.of(), warnings(provider("p", "r", values)));
  }

  @Test
  void aMapperThatFreezesMembershipsIsNamed() {
    List<String> found = warnings(provider("p", "r", GOOD), mapper("IMPORT"));
    assertEquals(1, found.size());
    assertTrue(found.get(0).startsWith("mapper groupes is in mode IMPORT"), found::toString);
  }

  @Test
  void twoRealmsOnOneDirectoryIntoOneReceiverAreTold() {
    Map<String, String> same = new HashMap<>(GOOD);
    same.put("usersDn", "OU=people, dc=sbe");
    assertEquals(1, warnings(provider("p", "r", GOOD), provider("q", "s", same)).size());
    assertEquals(List.of(), warnings(provider("p", "r", GOOD), provider("q", "elsewhere", same)));
    same.put("usersDn", "ou=others,dc=sbe");
    assertEquals(List.of(), warnings(provider("p", "r", GOOD), provider("q", "s", same)));
  }
}
