package com.abilian.sbe.scim.capture;

import com.abilian.sbe.scim.mark.Change;
import java.util.Optional;
import org.keycloak.models.ClientModel;
import org.keycloak.models.ClientModel.ClientIdChangeEvent;
import org.keycloak.models.GroupModel;
import org.keycloak.models.GroupModel.GroupMemberJoinEvent;
import org.keycloak.models.GroupModel.GroupMemberLeaveEvent;
import org.keycloak.models.RealmModel;
import org.keycloak.models.RoleContainerModel;
import org.keycloak.models.RoleContainerModel.RoleRemovedEvent;
import org.keycloak.models.RoleModel.RoleNameChangeEvent;
import org.keycloak.provider.ProviderEvent;

/** What changes who has which roles, beside granting them to a user. */
final class RoleEvents {

  private RoleEvents() {}

  /** Also once for each role of a client that is removed. */
  static Optional<ModelChange> ofRole(ProviderEvent event) {
    return event instanceof RoleRemovedEvent removed
        ? Optional.of(
            ModelChange.in(
                realm(removed.getRole().getContainer()),
                removed.getKeycloakSession(),
                Change.roles("ROLE_REMOVED")))
        : Optional.empty();
  }

  /** The realm of a role. */
  static RealmModel realm(RoleContainerModel container) {
    return container instanceof ClientModel client ? client.getRealm() : (RealmModel) container;
  }

  static Optional<ModelChange> renamed(ProviderEvent event) {
    return event instanceof RoleNameChangeEvent renamed
        ? Optional.of(
            ModelChange.in(
                renamed.getRealm(), renamed.getKeycloakSession(), Change.roles("ROLE_RENAMED")))
        : Optional.empty();
  }

  static Optional<ModelChange> clientRenamed(ProviderEvent event) {
    return event instanceof ClientIdChangeEvent renamed
        ? Optional.of(
            ModelChange.in(
                renamed.getUpdatedClient().getRealm(),
                renamed.getKeycloakSession(),
                Change.roles("CLIENT_RENAMED")))
        : Optional.empty();
  }

  /** Members have the roles of their groups, and of those above; nobody is in one that is new. */
  static Optional<ModelChange> ofGroup(ProviderEvent event) {
    // One that is in no realm comes from a directory, whose people are marked otherwise.
    if (!(event instanceof GroupModel.GroupEvent told)
        || event instanceof GroupModel.GroupCreatedEvent
        || told.getRealm() == null
        || told.getGroup().getType() == GroupModel.Type.ORGANIZATION) {
      return Optional.empty();
    }
    return Optional.of(ModelChange.in(told.getRealm(), told.getKeycloakSession(), change(event)));
  }

  private static Change change(ProviderEvent event) {
    try {
      if (event instanceof GroupMemberJoinEvent join) {
        return Change.rolesOf(join.getUser().getId(), "JOIN");
      }
      if (event instanceof GroupMemberLeaveEvent leave) {
        return Change.rolesOf(leave.getUser().getId(), "LEAVE");
      }
    } catch (NoSuchMethodError before264) {
      // Keycloak 26.3 does not name the user.
    }
    return Change.roles("GROUP");
  }
}
