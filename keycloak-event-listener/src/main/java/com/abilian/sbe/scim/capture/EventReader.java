package com.abilian.sbe.scim.capture;

import com.abilian.sbe.scim.keycloak.PrivateEvents;
import com.abilian.sbe.scim.mark.Change;
import com.abilian.sbe.scim.project.LossCause;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jboss.logging.Logger;
import org.keycloak.models.UserModel.UserPreRemovedEvent;
import org.keycloak.models.UserModel.UserRemovedEvent;
import org.keycloak.provider.ProviderEvent;

/**
 * Tells what events of the model mean. Each kind is read by a class of its own, and one that this
 * Keycloak lacks, or that cannot be read, takes no other along.
 */
final class EventReader {

  /** Reads one kind of event. */
  @FunctionalInterface
  interface Kind {
    /** Empty where the event is of another kind, or changes nothing that is sent. */
    Optional<ModelChange> read(ProviderEvent event);
  }

  private static final String ROLE_GRANTED = "org.keycloak.models.RoleModel$RoleGrantedEvent";
  private static final String ROLE_RENAMED = "org.keycloak.models.RoleModel$RoleNameChangeEvent";
  private static final String CLIENT_RENAMED =
      "org.keycloak.models.ClientModel$ClientIdChangeEvent";

  private static final Logger LOG = Logger.getLogger(EventReader.class);

  private final List<Kind> kinds;

  EventReader() {
    this(
        Stream.of(
                Stream.<Kind>of(
                    GroupEvents::read, EventReader::removedUser, EventReader::partialImport),
                where(ROLE_GRANTED, () -> GrantEvents::read),
                where(PrivateEvents.WORKFLOW_STEP, () -> EventReader::workflowStep))
            .flatMap(some -> some)
            .toList());
  }

  /** Of the events that change who has which roles. */
  static EventReader ofRoles() {
    return new EventReader(
        Stream.of(
                Stream.<Kind>of(RoleEvents::ofRole, RoleEvents::ofGroup),
                where(ROLE_RENAMED, () -> RoleEvents::renamed),
                where(CLIENT_RENAMED, () -> RoleEvents::clientRenamed),
                where(ROLE_GRANTED, () -> GrantEvents::roles))
            .flatMap(some -> some)
            .toList());
  }

  EventReader(List<Kind> kinds) {
    this.kinds = kinds;
  }

  /** A kind whose class not every supported Keycloak has. */
  private static Stream<Kind> where(String type, Supplier<Kind> kind) {
    try {
      Class.forName(type, false, EventReader.class.getClassLoader());
      return Stream.of(kind.get());
    } catch (ClassNotFoundException | LinkageError older) {
      LOG.debugf("This Keycloak has no events of type %s", type);
      return Stream.empty();
    }
  }

  Optional<ModelChange> read(ProviderEvent event) {
    return kinds.stream().flatMap(kind -> safely(kind, event).stream()).findFirst();
  }

  private static Optional<ModelChange> safely(Kind kind, ProviderEvent event) {
    try {
      return kind.read(event);
    } catch (RuntimeException | LinkageError bug) {
      LOG.errorf(bug, "An event of type %s could not be read", event.getClass().getName());
      return Optional.empty();
    }
  }

  private static Optional<ModelChange> removedUser(ProviderEvent event) {
    if (event instanceof UserPreRemovedEvent removed) {
      return Optional.of(
          ModelChange.in(
              removed.getRealm(),
              removed.getKeycloakSession(),
              Change.user(removed.getUser().getId(), "USER_REMOVED")));
    }
    if (event instanceof UserRemovedEvent removed) {
      return Optional.of(
          ModelChange.in(
              removed.getRealm(),
              removed.getKeycloakSession(),
              // Whoever is deleted was announced before, in this session: that mark counts.
              Change.user(removed.getUser().getId(), LossCause.DROPPED.name())));
    }
    return Optional.empty();
  }

  private static Optional<ModelChange> partialImport(ProviderEvent event) {
    return PrivateEvents.partialImport(event)
        .map(
            found ->
                new ModelChange(found.session(), found.realmId(), Change.realm("PARTIAL_IMPORT")));
  }

  private static Optional<ModelChange> workflowStep(ProviderEvent event) {
    return PrivateEvents.workflowStep(event)
        .map(
            done ->
                new ModelChange(
                    done.session(), done.realmId(), Change.user(done.userId(), "WORKFLOW")));
  }
}
