package com.abilian.sbe.scim.capture;

import com.abilian.sbe.scim.mark.Change;
import java.util.Optional;
import org.keycloak.models.ClientModel;
import org.keycloak.models.RealmModel;
import org.keycloak.models.RoleContainerModel;
import org.keycloak.models.RoleContainerModel.RoleRemovedEvent;
import org.keycloak.models.RoleModel.RoleNameChangeEvent;
import org.keycloak.provider.ProviderEvent;

/** Roles that get another name or are removed. */
final class RoleEvents {

  private RoleEvents() {}

  static Optional<ModelChange> read(ProviderEvent event) {
    if (event instanceof RoleRemovedEvent removed) {
      RoleContainerModel container = removed.getRole().getContainer();
      RealmModel realm =
          container instanceof ClientModel client ? client.getRealm() : (RealmModel) container;
      return Optional.of(
          ModelChange.in(
              realm,
              removed.getKeycloakSession(),
              Change.role(removed.getRole().getId(), "ROLE_REMOVED")));
    }
    if (event instanceof RoleNameChangeEvent renamed) {
      return Optional.of(
          ModelChange.in(
              renamed.getRealm(),
              renamed.getKeycloakSession(),
              Change.role(renamed.getNewName(), "ROLE_RENAMED")));
    }
    return Optional.empty();
  }
}
