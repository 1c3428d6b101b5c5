package com.abilian.sbe.scim.capture;

import com.abilian.sbe.scim.mark.Change;
import com.abilian.sbe.scim.mark.MarkRecorder;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.jboss.logging.Logger;
import org.keycloak.events.Event;
import org.keycloak.events.EventListenerProvider;
import org.keycloak.events.admin.AdminEvent;
import org.keycloak.events.admin.OperationType;
import org.keycloak.models.KeycloakSession;

/**
 * Creation and change of users, which the model has no event for. What Keycloak does with an
 * exception of a listener is to log it, so nothing here relies on throwing: marks are written by a
 * step of the transaction.
 */
final class UserEvents implements EventListenerProvider {

  private static final Logger LOG = Logger.getLogger(UserEvents.class);

  /** By name: a constant that an older server lacks must not stop the class. LOGIN is not here. */
  private static final Set<String> RELEVANT =
      Set.of(
          "REGISTER",
          "UPDATE_PROFILE",
          "UPDATE_EMAIL",
          "VERIFY_EMAIL",
          "VERIFY_PROFILE",
          "DELETE_ACCOUNT",
          "USER_DISABLED_BY_PERMANENT_LOCKOUT",
          "IDENTITY_PROVIDER_FIRST_LOGIN",
          "IDENTITY_PROVIDER_POST_LOGIN",
          "FEDERATED_IDENTITY_LINK",
          "FEDERATED_IDENTITY_OVERRIDE_LINK",
          "CUSTOM_REQUIRED_ACTION",
          "EXECUTE_ACTIONS",
          "INVITE_ORG");

  /** What a role is made of raises no event of the model. */
  private static final String COMPOSITES = "/composites";

  private final KeycloakSession session;
  private final Supplier<Optional<MarkRecorder>> recorder;
  private final HostApprovals approvals;

  UserEvents(
      KeycloakSession session, Supplier<Optional<MarkRecorder>> recorder, HostApprovals approvals) {
    this.session = session;
    this.recorder = recorder;
    this.approvals = approvals;
  }

  @Override
  public void onEvent(Event event) {
    if (event.getUserId() != null
        && event.getRealmId() != null
        && RELEVANT.contains(event.getType().name())) {
      Change change = Change.user(event.getUserId(), shortened(event.getType().name()));
      record(event.getRealmId(), change);
    }
  }

  @Override
  public void onEvent(AdminEvent event, boolean includeRepresentation) {
    change(event).ifPresent(change -> record(event.getRealmId(), change));
    approvals.onEvent(event);
  }

  private void record(String realmId, Change change) {
    recorder.get().ifPresent(marks -> marks.record(session, realmId, change));
  }

  private static Optional<Change> change(AdminEvent event) {
    try {
      String path = event.getResourcePath();
      if (path != null && path.endsWith(COMPOSITES)) {
        return Optional.of(Change.role(roleOf(path), "ADMIN_ROLE"));
      }
      return UserPath.userId(path, event.getOperationType() == OperationType.ACTION)
          .map(id -> Change.user(id, "ADMIN_" + event.getOperationType()));
    } catch (RuntimeException | LinkageError bug) {
      LOG.errorf(bug, "An admin event of realm %s could not be read", event.getRealmId());
      return Optional.empty();
    }
  }

  private static String roleOf(String path) {
    String role = path.substring(0, path.length() - COMPOSITES.length());
    return role.substring(role.lastIndexOf('/') + 1);
  }

  private static String shortened(String cause) {
    return cause.length() <= 32 ? cause : cause.substring(0, 32);
  }

  @Override
  public void close() {}
}
