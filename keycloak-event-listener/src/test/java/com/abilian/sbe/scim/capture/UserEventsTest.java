package com.abilian.sbe.scim.capture;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.abilian.sbe.scim.keycloak.EventSink.AdminAction;
import com.abilian.sbe.scim.keycloak.EventSink.UserEvent;
import com.abilian.sbe.scim.mark.Change;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class UserEventsTest {

  private static Optional<Change> admin(String operation, String type, String path) {
    return UserEvents.change(new AdminAction("r", operation, type, path, "master", false));
  }

  private static boolean told(String type, boolean byBroker) {
    return UserEvents.isRelevant(new UserEvent(type, "r", "u", byBroker));
  }

  @Test
  void loginChangesAPersonOnlyWhereAnIdentityProviderVouches() {
    assertEquals(false, told("LOGIN", false));
    assertEquals(true, told("LOGIN", true));
    assertEquals(true, told("TOKEN_EXCHANGE", true));
    assertEquals(false, told("LOGIN_ERROR", true));
    assertEquals(true, told("USER_DISABLED_BY_PERMANENT_LOCKOUT", false));
    assertEquals(false, told("USER_DISABLED_BY_TEMPORARY_LOCKOUT", false));
  }

  @Test
  void changeOfAnOrganizationConcernsItsManagedMembers() {
    Optional<Change> members = Optional.of(Change.comparison("o", "ADMIN_ORGANIZATION"));
    assertEquals(members, admin("UPDATE", "ORGANIZATION", "organizations/o"));
    assertEquals(members, admin("DELETE", "ORGANIZATION", "organizations/o"));
    assertEquals(members, admin("CREATE", "ORGANIZATION_MEMBERSHIP", "organizations/o/members/u"));
  }

  @Test
  void changeOfTheRealmOrOfADirectoryConcernsEverybody() {
    assertEquals(Optional.of(Change.comparison("", "ADMIN_REALM")), admin("UPDATE", "REALM", null));
    assertEquals(Optional.empty(), admin("UPDATE", "USER_PROFILE", null));
    Optional<Change> everybody = Optional.of(Change.comparison("", "ADMIN_COMPONENT"));
    assertEquals(everybody, admin("ACTION", "REALM", "user-storage/c/sync"));
    assertEquals(everybody, admin("DELETE", "COMPONENT", "components/c"));
    assertEquals(Optional.empty(), admin("CREATE", "COMPONENT", "components/c"));
  }

  @Test
  void userOfAPartialImportIsAUser() {
    assertEquals(
        Optional.of(Change.user("u", "ADMIN_CREATE")), admin("CREATE", "REALM", "users/u"));
  }
}
