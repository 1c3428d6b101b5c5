package com.abilian.sbe.scim.capture;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.abilian.sbe.scim.mark.Change;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RolePathTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "roles/chief/composites",
        "roles-by-id/0a/composites",
        "clients/0a/roles/chief/composites",
        "groups/0a/role-mappings/realm",
        "groups/0a/role-mappings/clients/0b",
        "ui-ext/role-mapping-delete/groups/0a",
        "ui-ext/role-mapping-delete/roles/0a"
      })
  void whatConcernsEverybody(String path) {
    Change change = RolePath.change(path).orElseThrow();
    assertEquals(Change.roles(change.cause()), change);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "users/u/role-mappings/realm",
        "users/u/role-mappings/clients/0b",
        "ui-ext/role-mapping-delete/users/u"
      })
  void roleOfAUserConcernsThatUser(String path) {
    assertEquals(Optional.of(Change.rolesOf("u", "ADMIN_ROLES")), RolePath.change(path));
  }

  /** Descriptions and attributes of a role are not sent. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "roles/chief",
        "roles-by-id/0a",
        "clients/0a/roles/chief",
        "clients/0a/scope-mappings/realm",
        "users/u",
        "users/u/groups/g",
        "groups/g",
        ""
      })
  void whatChangesNobodysRoles(String path) {
    assertEquals(Optional.empty(), RolePath.change(path));
  }

  @Test
  void realmEventsHaveNoPath() {
    assertEquals(Optional.empty(), RolePath.change(null));
  }
}
