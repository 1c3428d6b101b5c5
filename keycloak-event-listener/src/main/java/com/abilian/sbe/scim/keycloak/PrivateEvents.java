package com.abilian.sbe.scim.keycloak;

import java.util.Optional;
import org.keycloak.models.KeycloakSession;
import org.keycloak.models.utils.PostMigrationEvent;
import org.keycloak.provider.ProviderEvent;
import org.keycloak.storage.PartialImportRealmFromRepresentationEvent;

/** Provider events whose classes are Keycloak's own. */
public final class PrivateEvents {

  /** A partial import into a realm, seen by a session. */
  public record PartialImport(KeycloakSession session, String realmId) {}

  private PrivateEvents() {}

  /** Whether the server has started: its database is ready. */
  public static boolean isStart(ProviderEvent event) {
    return event instanceof PostMigrationEvent;
  }

  /** Deprecated upstream without a successor; it is what tells of a partial import as a whole. */
  @SuppressWarnings("deprecation")
  public static Optional<PartialImport> partialImport(ProviderEvent event) {
    return event instanceof PartialImportRealmFromRepresentationEvent partial
        ? Optional.of(new PartialImport(partial.getSession(), partial.getRealm().getId()))
        : Optional.empty();
  }
}
