package com.abilian.sbe.scim.capture;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.abilian.sbe.scim.Proxies;
import com.abilian.sbe.scim.mark.Change;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.keycloak.models.ClientModel;
import org.keycloak.models.GroupModel;
import org.keycloak.models.KeycloakSession;
import org.keycloak.models.RealmModel;
import org.keycloak.models.RoleContainerModel;
import org.keycloak.models.RoleModel;
import org.keycloak.models.UserModel;
import org.keycloak.provider.ProviderEvent;

class RoleEventsTest {

  private static final KeycloakSession SESSION = Proxies.of(KeycloakSession.class, Map.of());

  private static final RealmModel REALM =
      Proxies.of(RealmModel.class, Map.of("getId", arguments -> "r"));

  private static final ClientModel CLIENT =
      Proxies.of(ClientModel.class, Map.of("getRealm", arguments -> REALM));

  private static final UserModel USER =
      Proxies.of(UserModel.class, Map.of("getId", arguments -> "u"));

  private final EventReader reader = EventReader.ofRoles();

  private static Optional<ModelChange> seen(Change change) {
    return Optional.of(new ModelChange(SESSION, "r", change));
  }

  private static RoleModel role(RoleContainerModel container) {
    return Proxies.of(
        RoleModel.class,
        Map.of("getId", arguments -> "role", "getContainer", arguments -> container));
  }

  private Optional<ModelChange> granted(
      Class<? extends ProviderEvent> kind, RoleContainerModel container) {
    // Without a realm: its own is that of the session, which may be in none.
    return reader.read(
        Proxies.of(
            kind,
            Map.of(
                "getRole", arguments -> role(container),
                "getUser", arguments -> USER,
                "getKeycloakSession", arguments -> SESSION)));
  }

  private Optional<ModelChange> group(Class<? extends ProviderEvent> kind, GroupModel.Type type) {
    GroupModel group =
        Proxies.of(
            GroupModel.class, Map.of("getId", arguments -> "g", "getType", arguments -> type));
    return reader.read(
        Proxies.of(
            kind,
            Map.of(
                "getGroup", arguments -> group,
                "getUser", arguments -> USER,
                "getRealm", arguments -> REALM,
                "getKeycloakSession", arguments -> SESSION)));
  }

  @Test
  void grantConcernsItsUserWhoseverTheRoleIs() {
    Optional<ModelChange> given = seen(Change.rolesOf("u", "ROLE_GRANTED"));
    assertEquals(given, granted(RoleModel.RoleGrantedEvent.class, REALM));
    assertEquals(given, granted(RoleModel.RoleGrantedEvent.class, CLIENT));
    Optional<ModelChange> taken = seen(Change.rolesOf("u", "ROLE_REVOKED"));
    assertEquals(taken, granted(RoleModel.RoleRevokedEvent.class, REALM));
    assertEquals(taken, granted(RoleModel.RoleRevokedEvent.class, CLIENT));
  }

  @Test
  void whoJoinsOrLeavesAGroupMayHaveOtherRoles() {
    assertEquals(
        seen(Change.rolesOf("u", "JOIN")),
        group(GroupModel.GroupMemberJoinEvent.class, GroupModel.Type.REALM));
    assertEquals(
        seen(Change.rolesOf("u", "LEAVE")),
        group(GroupModel.GroupMemberLeaveEvent.class, GroupModel.Type.REALM));
  }

  @Test
  void groupThatChangesMovesOrIsGoneConcernsEverybodyAndANewOneNobody() {
    Optional<ModelChange> everybody = seen(Change.roles("GROUP"));
    assertEquals(everybody, group(GroupModel.GroupUpdatedEvent.class, GroupModel.Type.REALM));
    assertEquals(everybody, group(GroupModel.GroupPathChangeEvent.class, GroupModel.Type.REALM));
    assertEquals(everybody, group(GroupModel.GroupRemovedEvent.class, GroupModel.Type.REALM));
    assertEquals(
        Optional.empty(), group(GroupModel.GroupCreatedEvent.class, GroupModel.Type.REALM));
    assertEquals(
        Optional.empty(), group(GroupModel.GroupUpdatedEvent.class, GroupModel.Type.ORGANIZATION));
  }

  @Test
  void roleThatIsRemovedOrRenamedConcernsEverybody() {
    for (RoleContainerModel container : new RoleContainerModel[] {REALM, CLIENT}) {
      RoleContainerModel.RoleRemovedEvent removed =
          Proxies.of(
              RoleContainerModel.RoleRemovedEvent.class,
              Map.of(
                  "getRole", arguments -> role(container),
                  "getKeycloakSession", arguments -> SESSION));
      assertEquals(seen(Change.roles("ROLE_REMOVED")), reader.read(removed));
    }
    RoleModel.RoleNameChangeEvent renamed =
        Proxies.of(
            RoleModel.RoleNameChangeEvent.class,
            Map.of(
                "getNewName", arguments -> "chief",
                "getRealm", arguments -> REALM,
                "getKeycloakSession", arguments -> SESSION));
    assertEquals(seen(Change.roles("ROLE_RENAMED")), reader.read(renamed));
  }

  @Test
  void clientThatIsRenamedRenamesItsRoles() {
    ClientModel.ClientIdChangeEvent renamed =
        Proxies.of(
            ClientModel.ClientIdChangeEvent.class,
            Map.of(
                "getUpdatedClient", arguments -> CLIENT,
                "getKeycloakSession", arguments -> SESSION));
    assertEquals(seen(Change.roles("CLIENT_RENAMED")), reader.read(renamed));
  }
}
