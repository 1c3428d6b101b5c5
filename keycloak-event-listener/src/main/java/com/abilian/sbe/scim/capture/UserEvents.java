package com.abilian.sbe.scim.capture;

import com.abilian.sbe.scim.keycloak.EventSink;
import com.abilian.sbe.scim.mark.Change;
import com.abilian.sbe.scim.mark.MarkRecorder;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jboss.logging.Logger;
import org.keycloak.models.KeycloakSession;

/**
 * Creation and change of users, which the model has no event for. Keycloak only logs an exception
 * of a listener, so nothing here relies on throwing: marks are written by a step of the
 * transaction.
 */
public final class UserEvents implements EventSink {

  private static final Logger LOG = Logger.getLogger(UserEvents.class);

  /**
   * By name: a type that an older server lacks must not stop the class. LOGIN is not here: one
   * changes a person only where an identity provider says something new of them.
   */
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
          "REMOVE_FEDERATED_IDENTITY",
          "CUSTOM_REQUIRED_ACTION",
          "EXECUTE_ACTIONS",
          "EXECUTE_ACTION_TOKEN",
          "INVITE_ORG");

  private static final String ACTION = "ACTION";

  private static final String REFUSED = "_ERROR";

  private static final String ORGANIZATIONS = "organizations/";

  /**
   * Below these a change may concern everybody: a directory is read or taken away, its imported
   * people are removed.
   */
  private static final List<String> OF_EVERYBODY = List.of("user-storage/", "components/");

  private final MarkRecorder recorder;

  public UserEvents(MarkRecorder recorder) {
    this.recorder = recorder;
  }

  @Override
  public void onUser(KeycloakSession session, UserEvent event) {
    if (event.userId() != null && event.realmId() != null && isRelevant(event)) {
      Change change = Change.user(event.userId(), shortened(event.type()));
      recorder.record(session, event.realmId(), change);
    }
  }

  static boolean isRelevant(UserEvent event) {
    return RELEVANT.contains(event.type()) || event.byBroker() && !event.type().endsWith(REFUSED);
  }

  @Override
  public void onAdmin(KeycloakSession session, AdminAction action) {
    change(action).ifPresent(change -> recorder.record(session, action.realmId(), change));
  }

  static Optional<Change> change(AdminAction action) {
    try {
      String path = action.path();
      Optional<Change> ofRoles = RolePath.change(path);
      if (ofRoles.isPresent()) {
        return ofRoles;
      }
      Optional<Change> ofMany = ofMany(action);
      if (ofMany.isPresent()) {
        return ofMany;
      }
      return UserPath.userId(path, action.operation().equals(ACTION))
          .map(id -> Change.user(id, "ADMIN_" + action.operation()));
    } catch (RuntimeException | LinkageError bug) {
      LOG.errorf(bug, "An admin event of realm %s could not be read", action.realmId());
      return Optional.empty();
    }
  }

  /** What changes people without an event for each: they have to be compared. */
  private static Optional<Change> ofMany(AdminAction action) {
    String path = action.path();
    if (path == null) {
      return Optional.of(action)
          .filter(of -> "REALM".equals(of.resourceType()) && of.operation().equals("UPDATE"))
          .map(of -> Change.comparison("", "ADMIN_REALM"));
    }
    if (path.startsWith(ORGANIZATIONS)) {
      String id = path.substring(ORGANIZATIONS.length()).split("/", 2)[0];
      return Optional.of(Change.comparison(id, "ADMIN_ORGANIZATION"));
    }
    return OF_EVERYBODY.stream().anyMatch(path::startsWith) && !action.operation().equals("CREATE")
        ? Optional.of(Change.comparison("", "ADMIN_COMPONENT"))
        : Optional.empty();
  }

  private static String shortened(String cause) {
    return cause.length() <= 32 ? cause : cause.substring(0, 32);
  }
}
