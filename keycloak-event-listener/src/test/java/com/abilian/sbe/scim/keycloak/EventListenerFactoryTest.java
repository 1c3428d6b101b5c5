package com.abilian.sbe.scim.keycloak;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.abilian.sbe.scim.Proxies;
import com.abilian.sbe.scim.keycloak.EventSink.AdminAction;
import com.abilian.sbe.scim.keycloak.EventSink.UserEvent;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.keycloak.events.Event;
import org.keycloak.events.EventType;
import org.keycloak.events.admin.AdminEvent;
import org.keycloak.events.admin.AuthDetails;
import org.keycloak.events.admin.OperationType;
import org.keycloak.events.admin.ResourceType;
import org.keycloak.models.KeycloakSession;

class EventListenerFactoryTest {

  private final KeycloakSession session = Proxies.of(KeycloakSession.class, Map.of());
  private final EventListenerFactory factory = new EventListenerFactory();
  private final List<Object> told = new ArrayList<>();

  private final EventSink sink =
      new EventSink() {
        @Override
        public void onUser(KeycloakSession given, UserEvent event) {
          assertSame(session, given);
          told.add(event);
        }

        @Override
        public void onAdmin(KeycloakSession given, AdminAction action) {
          assertSame(session, given);
          told.add(action);
        }
      };

  private static AdminEvent admin() {
    AdminEvent event = new AdminEvent();
    event.setRealmId("r");
    event.setResourcePath("users/u");
    event.setResourceType(ResourceType.USER);
    event.setOperationType(OperationType.CREATE);
    return event;
  }

  @Test
  void changesGoThroughWhereTheConnectorIsSwitchedOff() {
    assertDoesNotThrow(() -> factory.create(session).onEvent(admin(), false));
  }

  @Test
  void noRealmCanLeaveTheListenerOut() {
    assertTrue(factory.isGlobal());
  }

  @Test
  void whatAnAdministratorDidIsToldWithTheirRealm() {
    factory.tell(sink);
    AdminEvent event = admin();
    event.setAuthDetails(new AuthDetails());
    event.getAuthDetails().setRealmId("master");
    factory.create(session).onEvent(event, false);
    AdminEvent refused = admin();
    refused.setError("unauthorized");
    factory.create(session).onEvent(refused, false);
    assertEquals(
        List.of(
            new AdminAction("r", "CREATE", "USER", "users/u", "master", false),
            new AdminAction("r", "CREATE", "USER", "users/u", null, true)),
        told);
  }

  @Test
  void whatAUserDidIsTold() {
    factory.tell(sink);
    Event event = new Event();
    event.setType(EventType.REGISTER);
    event.setRealmId("r");
    event.setUserId("u");
    factory.create(session).onEvent(event);
    assertEquals(List.of(new UserEvent("REGISTER", "r", "u", false)), told);
  }

  @Test
  void loginThatAnIdentityProviderVouchesForIsToldAsOne() {
    factory.tell(sink);
    Event event = new Event();
    event.setType(EventType.LOGIN);
    event.setRealmId("r");
    event.setUserId("u");
    event.setDetails(Map.of("identity_provider", "upstream"));
    factory.create(session).onEvent(event);
    assertEquals(List.of(new UserEvent("LOGIN", "r", "u", true)), told);
  }

  @Test
  void whatOneSinkCannotRecordTheOthersAreTold() {
    factory.tell(
        new EventSink() {
          @Override
          public void onAdmin(KeycloakSession given, AdminAction action) {
            throw new NoSuchMethodError("of an older Keycloak");
          }
        });
    factory.tell(sink);
    factory.create(session).onEvent(admin(), false);
    assertEquals(1, told.size());
  }

  @Test
  void adminEventThatThisKeycloakCannotTellOfIsIgnored() {
    factory.tell(sink);
    AdminEvent event =
        new AdminEvent() {
          @Override
          public String getResourcePath() {
            throw new NoSuchMethodError("getResourcePath");
          }
        };
    assertDoesNotThrow(() -> factory.create(session).onEvent(event, false));
    assertEquals(List.of(), told);
  }
}
