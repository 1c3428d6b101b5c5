package com.abilian.sbe.scim.capture;

import com.abilian.sbe.scim.mark.Change;
import org.keycloak.models.KeycloakSession;
import org.keycloak.models.RealmModel;

/**
 * What an event of the model means: a change in a realm, seen by a session.
 *
 * @param realmId null for a group whose event does not say it: an LDAP mapper that makes groups
 *     works in a session that is in no realm
 */
record ModelChange(KeycloakSession session, String realmId, Change change) {

  static ModelChange in(RealmModel realm, KeycloakSession session, Change change) {
    return new ModelChange(session, realm == null ? null : realm.getId(), change);
  }
}
