package com.abilian.sbe.scim.capture;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;

import com.abilian.sbe.scim.Proxies;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.keycloak.models.GroupModel;
import org.keycloak.models.KeycloakSession;
import org.keycloak.models.RealmModel;

class ModelEventsTest {

  @Test
  void changesGoThroughWhereThisKeycloakLacksAMethodOfTheModel() {
    GroupModel older =
        Proxies.answering(
            GroupModel.class,
            (proxy, method, arguments) -> {
              throw new NoSuchMethodError(method.getName());
            });
    RealmModel realm = Proxies.of(RealmModel.class, Map.of("getId", arguments -> "r"));
    KeycloakSession session = Proxies.of(KeycloakSession.class, Map.of());
    GroupModel.GroupCreatedEvent event =
        Proxies.of(
            GroupModel.GroupCreatedEvent.class,
            Map.of(
                "getGroup", arguments -> older,
                "getRealm", arguments -> realm,
                "getKeycloakSession", arguments -> session));
    // Without a recorder: the event is not understood, and nothing is recorded.
    assertDoesNotThrow(() -> new ModelEvents(null).onEvent(event));
  }
}
