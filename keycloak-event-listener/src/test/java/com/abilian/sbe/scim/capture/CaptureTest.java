package com.abilian.sbe.scim.capture;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.keycloak.events.admin.AdminEvent;
import org.keycloak.events.admin.OperationType;
import org.keycloak.models.GroupModel;
import org.keycloak.models.KeycloakSession;
import org.keycloak.models.KeycloakSessionFactory;
import org.keycloak.models.RealmModel;
import org.keycloak.provider.ProviderEventListener;

class CaptureTest {

  private final List<ProviderEventListener> listeners = new ArrayList<>();

  /** Has no provider of ours. */
  private final KeycloakSessionFactory factory =
      answering(
          KeycloakSessionFactory.class,
          (proxy, method, arguments) -> {
            if (method.getName().equals("register")) {
              listeners.add((ProviderEventListener) arguments[0]);
            }
            return null;
          });

  private final KeycloakSession session =
      answering(KeycloakSession.class, (proxy, method, arguments) -> factory);

  private static <T> T answering(Class<T> type, InvocationHandler handler) {
    return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, handler));
  }

  private GroupModel.GroupCreatedEvent created(InvocationHandler group) {
    GroupModel model = answering(GroupModel.class, group);
    RealmModel realm = answering(RealmModel.class, (proxy, method, arguments) -> "r");
    return answering(
        GroupModel.GroupCreatedEvent.class,
        (proxy, method, arguments) ->
            switch (method.getName()) {
              case "getGroup" -> model;
              case "getRealm" -> realm;
              default -> session;
            });
  }

  @Test
  void changesGoThroughWhereTheConnectorIsSwitchedOff() {
    CaptureFactory capture = new CaptureFactory();
    capture.postInit(factory);
    InvocationHandler group =
        (proxy, method, arguments) ->
            method.getName().equals("getType") ? GroupModel.Type.REALM : "g";
    assertDoesNotThrow(() -> listeners.get(0).onEvent(created(group)));
    AdminEvent event = new AdminEvent();
    event.setResourcePath("users/u");
    event.setOperationType(OperationType.CREATE);
    assertDoesNotThrow(() -> capture.create(session).onEvent(event, false));
  }

  @Test
  void changesGoThroughWhereThisKeycloakLacksAMethodOfTheModel() {
    InvocationHandler older =
        (proxy, method, arguments) -> {
          throw new NoSuchMethodError(method.getName());
        };
    ModelEvents events = new ModelEvents(Optional::empty);
    assertDoesNotThrow(() -> events.onEvent(created(older)));
  }

  @Test
  void adminEventThatThisKeycloakCannotTellOfIsIgnored() {
    AdminEvent event =
        new AdminEvent() {
          @Override
          public String getResourcePath() {
            throw new NoSuchMethodError("getResourcePath");
          }
        };
    assertDoesNotThrow(
        () ->
            new UserEvents(session, Optional::empty, new HostApprovals(session, null))
                .onEvent(event, false));
  }
}
