package com.abilian.sbe.scim.keycloak;

import com.abilian.sbe.scim.directory.Presence;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import javax.naming.InvalidNameException;
import javax.naming.ldap.LdapName;
import javax.naming.ldap.Rdn;
import org.keycloak.component.ComponentModel;
import org.keycloak.models.KeycloakSession;
import org.keycloak.models.RealmModel;
import org.keycloak.storage.ldap.LDAPStorageProvider;

/**
 * Looks for entries by their ids: as the provider does, then without its filter, then in the whole
 * directory, as far as its account may read.
 */
final class LdapPresence {

  private static final String FILTER = "customUserSearchFilter";
  private static final String BASE = "usersDn";

  private final RealmModel realm;
  private final LDAPStorageProvider asConfigured;
  private final LDAPStorageProvider unfiltered;
  private final LDAPStorageProvider everywhere;

  LdapPresence(KeycloakSession session, RealmModel realm, ComponentModel live) {
    this.realm = realm;
    this.asConfigured = LdapCopies.of(session, live, "", Map.of());
    this.unfiltered = LdapCopies.of(session, live, "all-", Map.of(FILTER, ""));
    this.everywhere =
        root(live.get(BASE))
            .map(
                root ->
                    LdapCopies.of(
                        session,
                        live,
                        "any-",
                        Map.of(
                            FILTER,
                            "",
                            BASE,
                            root,
                            "searchScope",
                            "2",
                            "userObjectClasses",
                            "top")))
            .orElse(null);
  }

  Presence of(String directoryId) {
    if (asConfigured.loadLDAPUserByUuid(realm, directoryId) != null) {
      return Presence.IN_REACH;
    }
    boolean there =
        unfiltered.loadLDAPUserByUuid(realm, directoryId) != null || isAnywhere(directoryId);
    return there ? Presence.OUT_OF_REACH : Presence.ABSENT;
  }

  /**
   * An account that may not read the root has been answered where it may; and Active Directory ends
   * a search of the whole domain that found nothing with references to other ones.
   */
  private boolean isAnywhere(String directoryId) {
    try {
      return everywhere != null && everywhere.loadLDAPUserByUuid(realm, directoryId) != null;
    } catch (RuntimeException notAllowed) {
      return false;
    }
  }

  /** The domain that a DN ends in; empty where it has none, or is it. */
  private static Optional<String> root(String dn) {
    try {
      List<Rdn> domain =
          new LdapName(dn == null ? "" : dn)
              .getRdns().stream()
                  .takeWhile(rdn -> rdn.getType().toLowerCase(Locale.ROOT).equals("dc"))
                  .collect(Collectors.toList());
      String root = new LdapName(domain).toString();
      return domain.isEmpty() || root.equals(dn) ? Optional.empty() : Optional.of(root);
    } catch (InvalidNameException malformed) {
      return Optional.empty();
    }
  }
}
