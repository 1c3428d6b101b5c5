package com.abilian.sbe.scim.keycloak;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.jboss.logging.Logger;
import org.keycloak.Config;
import org.keycloak.events.Details;
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

  private final class Listener implements EventListenerProvider {

    private final KeycloakSession session;

    Listener(KeycloakSession session) {
      this.session = session;
    }

    @Override
    public void onEvent(Event event) {
      read(event).ifPresent(told -> tellAll(sink -> sink.onUser(session, told), told.realmId()));
    }

    @Override
    public void onEvent(AdminEvent event, boolean includeRepresentation) {
      read(event).ifPresent(told -> tellAll(sink -> sink.onAdmin(session, told), told.realmId()));
    }

    @Override
    public void close() {}
  }

  /** What one sink cannot read, the others are told all the same. */
  private void tellAll(Consumer<EventSink> telling, String realmId) {
    for (EventSink sink : sinks) {
      try {
        telling.accept(sink);
      } catch (RuntimeException | LinkageError failure) {
        LOG.errorf(failure, "An event of realm %s could not be recorded", realmId);
      }
    }
  }

  private static Optional<EventSink.UserEvent> read(Event event) {
    try {
      boolean byBroker =
          event.getDetails() != null && event.getDetails().containsKey(Details.IDENTITY_PROVIDER);
      return Optional.of(
          new EventSink.UserEvent(
              event.getType().name(), event.getRealmId(), event.getUserId(), byBroker));
    } catch (RuntimeException | LinkageError bug) {
      LOG.errorf(bug, "An event of realm %s could not be read", event.getRealmId());
      return Optional.empty();
    }
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
