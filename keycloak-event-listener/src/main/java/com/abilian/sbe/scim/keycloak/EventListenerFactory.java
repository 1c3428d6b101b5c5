package com.abilian.sbe.scim.keycloak;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jboss.logging.Logger;
import org.keycloak.Config;
import org.keycloak.events.Event;
import org.keycloak.events.EventListenerProvider;
import org.keycloak.events.EventListenerProviderFactory;
import org.keycloak.events.admin.AdminEvent;
import org.keycloak.models.KeycloakSession;
import org.keycloak.models.KeycloakSessionFactory;

/**
 * Passes the server's events on. It is global: the administrator of a realm cannot switch
 * provisioning off by mistake.
 */
public final class EventListenerFactory implements EventListenerProviderFactory {

  private static final Logger LOG = Logger.getLogger(EventListenerFactory.class);

  private static final String ID = "sbe-scim";

  private final List<EventSink> sinks = new CopyOnWriteArrayList<>();

  /** Empty where the operator has switched the listener off. */
  public static Optional<EventListenerFactory> of(KeycloakSessionFactory factory) {
    return Optional.ofNullable(
        (EventListenerFactory) factory.getProviderFactory(EventListenerProvider.class, ID));
  }

  /** From now on {@code sink} is told of every event. */
  public void tell(EventSink sink) {
    sinks.add(sink);
  }

  @Override
  public EventListenerProvider create(KeycloakSession session) {
    return new Listener(session);
  }

  /** Keycloak logs an exception of a listener, and goes on. */
  private final class Listener implements EventListenerProvider {

    private final KeycloakSession session;

    Listener(KeycloakSession session) {
      this.session = session;
    }

    @Override
    public void onEvent(Event event) {
      EventSink.UserEvent told =
          new EventSink.UserEvent(event.getType().name(), event.getRealmId(), event.getUserId());
      sinks.forEach(sink -> sink.onUser(session, told));
    }

    @Override
    public void onEvent(AdminEvent event, boolean includeRepresentation) {
      Optional<EventSink.AdminAction> told = read(event);
      sinks.forEach(sink -> told.ifPresent(action -> sink.onAdmin(session, action)));
    }

    @Override
    public void close() {}
  }

  private static Optional<EventSink.AdminAction> read(AdminEvent event) {
    try {
      return Optional.of(
          new EventSink.AdminAction(
              event.getRealmId(),
              String.valueOf(event.getOperationType()),
              event.getResourceTypeAsString(),
              event.getResourcePath(),
              event.getAuthDetails() == null ? null : event.getAuthDetails().getRealmId(),
              event.getError() != null));
    } catch (RuntimeException | LinkageError bug) {
      LOG.errorf(bug, "An admin event of realm %s could not be read", event.getRealmId());
      return Optional.empty();
    }
  }

  @Override
  public boolean isGlobal() {
    return true;
  }

  @Override
  public void init(Config.Scope config) {}

  @Override
  public void postInit(KeycloakSessionFactory factory) {}

  @Override
  public void close() {}

  @Override
  public String getId() {
    return ID;
  }
}
