package com.abilian.sbe.scim.keycloak;

import org.keycloak.models.KeycloakSession;

/** Is told of the events of the server's users and administrators, within their transaction. */
public interface EventSink {

  /**
   * What a user did, or what was done for one.
   *
   * @param type the name of the event's type
   * @param userId null where nobody is concerned
   * @param byBroker whether an identity provider vouched for the user: what it said of them may
   *     have been taken over
   */
  record UserEvent(String type, String realmId, String userId, boolean byBroker) {}

  /**
   * What an administrator did by the Admin API.
   *
   * @param operation {@code CREATE}, {@code UPDATE}, {@code DELETE} or {@code ACTION}
   * @param resourceType such as {@code COMPONENT}
   * @param path of the resource in its realm, or null
   * @param byRealmId the realm of the administrator, or null
   * @param failed whether it was refused
   */
  record AdminAction(
      String realmId,
      String operation,
      String resourceType,
      String path,
      String byRealmId,
      boolean failed) {}

  default void onUser(KeycloakSession session, UserEvent event) {}

  default void onAdmin(KeycloakSession session, AdminAction action) {}
}
