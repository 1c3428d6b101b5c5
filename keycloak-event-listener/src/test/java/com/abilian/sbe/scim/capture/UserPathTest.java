package com.abilian.sbe.scim.capture;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class UserPathTest {

  @ParameterizedTest
  @CsvSource({
    "users/u1,false",
    "users/u1,true",
    "users/u1/federated-identity/google,false",
    "scim/v2/Users/u1,false"
  })
  void findsTheUser(String path, boolean action) {
    assertEquals(Optional.of("u1"), UserPath.userId(path, action));
  }

  @ParameterizedTest
  @CsvSource({"users/u1/reset-password,true", "users/u1/logout,true", "users/u1/groups/g1,false"})
  void ignoresWhatIsNotTheProfile(String path, boolean action) {
    assertEquals(Optional.empty(), UserPath.userId(path, action));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "groups/g1",
        "users",
        "users/",
        "usersx/u1",
        "scim/v2/Users",
        "scim/v2/Groups/g1",
        "roles/r",
        ""
      })
  void ignoresOtherPaths(String path) {
    assertEquals(Optional.empty(), UserPath.userId(path, false));
  }

  @Test
  void realmEventsHaveNoPath() {
    assertEquals(Optional.empty(), UserPath.userId(null, false));
  }
}
