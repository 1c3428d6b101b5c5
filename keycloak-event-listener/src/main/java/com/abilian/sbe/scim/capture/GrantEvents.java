package com.abilian.sbe.scim.capture;

import com.abilian.sbe.scim.mark.Change;
import java.util.Optional;
import org.keycloak.models.RealmModel;
import org.keycloak.models.RoleModel;
import org.keycloak.models.RoleModel.RoleGrantedEvent;
import org.keycloak.models.RoleModel.RoleRevokedEvent;
import org.keycloak.provider.ProviderEvent;

/**
 * Roles that are given to a user, or taken away; Keycloak has these events since 26.4. The default
 * role is given to whoever is created, by whatever way: for people whom a directory brings nothing
 * else tells of it.
 */
final class GrantEvents {

  private GrantEvents() {}

  static Optional<ModelChange> read(ProviderEvent event) {
    // The event's own realm is that of the session, which is in none while a directory is read.
    if (!(event instanceof RoleGrantedEvent granted)
        || !(granted.getRole().getContainer() instanceof RealmModel realm)) {
      return Optional.empty();
    }
    RoleModel byDefault = realm.getDefaultRole();
    return byDefault == null || !byDefault.getId().equals(granted.getRole().getId())
        ? Optional.empty()
        : Optional.of(
            ModelChange.in(
                realm,
                granted.getKeycloakSession(),
                Change.user(granted.getUser().getId(), "DEFAULT_ROLE")));
  }

  /** Somebody has another role, whichever it is. */
  static Optional<ModelChange> roles(ProviderEvent event) {
    if (event instanceof RoleGrantedEvent granted) {
      return Optional.of(
          ModelChange.in(
              RoleEvents.realm(granted.getRole().getContainer()),
              granted.getKeycloakSession(),
              Change.rolesOf(granted.getUser().getId(), "ROLE_GRANTED")));
    }
    if (event instanceof RoleRevokedEvent revoked) {
      return Optional.of(
          ModelChange.in(
              RoleEvents.realm(revoked.getRole().getContainer()),
              revoked.getKeycloakSession(),
              Change.rolesOf(revoked.getUser().getId(), "ROLE_REVOKED")));
    }
    return Optional.empty();
  }
}
