package com.abilian.sbe.scim.capture;

import com.abilian.sbe.scim.keycloak.PrivateEvents;
import com.abilian.sbe.scim.mark.Change;
import com.abilian.sbe.scim.mark.MarkRecorder;
import org.jboss.logging.Logger;
import org.keycloak.models.ClientModel;
import org.keycloak.models.GroupModel;
import org.keycloak.models.KeycloakSession;
import org.keycloak.models.RealmModel;
import org.keycloak.models.RoleContainerModel;
import org.keycloak.models.RoleContainerModel.RoleRemovedEvent;
import org.keycloak.models.RoleModel.RoleNameChangeEvent;
import org.keycloak.models.UserModel.UserPreRemovedEvent;
import org.keycloak.models.UserModel.UserRemovedEvent;
import org.keycloak.provider.ProviderEvent;
import org.keycloak.provider.ProviderEventListener;

/**
 * Groups, memberships, removals and imports: model events are more exact about these than admin
 * events. An exception thrown here reaches the caller and would break logins; only a mark that
 * cannot be written may do that.
 */
public final class ModelEvents implements ProviderEventListener {

  private static final Logger LOG = Logger.getLogger(ModelEvents.class);

  /**
   * What an event means: a change in a realm, seen by a session.
   *
   * @param realmId null for a group whose event does not say it: an LDAP mapper that makes groups
   *     works in a session that is in no realm
   */
  private record Seen(KeycloakSession session, String realmId, Change change) {}

  private final MarkRecorder recorder;

  public ModelEvents(MarkRecorder recorder) {
    this.recorder = recorder;
  }

  @Override
  public void onEvent(ProviderEvent event) {
    if (event instanceof RealmModel.RealmRemovedEvent removed) {
      recorder.realmRemoved(removed.getKeycloakSession(), removed.getRealm().getId());
      return;
    }
    Seen seen = safely(event);
    if (seen == null) {
      return;
    }
    if (seen.realmId() == null) {
      recorder.recordGroup(seen.session(), seen.change().resourceId(), seen.change());
    } else {
      recorder.record(seen.session(), seen.realmId(), seen.change());
    }
  }

  private static Seen safely(ProviderEvent event) {
    try {
      return seen(event);
    } catch (RuntimeException | LinkageError bug) {
      LOG.errorf(bug, "An event of type %s could not be read", event.getClass().getName());
      return null;
    }
  }

  private static Seen seen(ProviderEvent event) {
    if (event instanceof GroupModel.GroupEvent group) {
      return group(group);
    }
    if (event instanceof UserPreRemovedEvent removed) {
      return new Seen(
          removed.getKeycloakSession(),
          removed.getRealm().getId(),
          Change.user(removed.getUser().getId(), "USER_REMOVED"));
    }
    if (event instanceof UserRemovedEvent removed) {
      return new Seen(
          removed.getKeycloakSession(),
          removed.getRealm().getId(),
          Change.user(removed.getUser().getId(), "USER_REMOVED"));
    }
    return PrivateEvents.partialImport(event)
        .map(found -> new Seen(found.session(), found.realmId(), Change.realm("PARTIAL_IMPORT")))
        .orElseGet(() -> role(event));
  }

  private static Seen group(GroupModel.GroupEvent event) {
    GroupModel group = event.getGroup();
    if (group.getType() == GroupModel.Type.ORGANIZATION) {
      return null;
    }
    RealmModel realm = event.getRealm();
    return new Seen(
        event.getKeycloakSession(), realm == null ? null : realm.getId(), change(event, group));
  }

  private static Change change(GroupModel.GroupEvent event, GroupModel group) {
    if (event instanceof GroupModel.GroupMemberJoinEvent
        || event instanceof GroupModel.GroupMemberLeaveEvent) {
      return membership(event, group);
    }
    return Change.groupTree(group.getId(), "GROUP");
  }

  private static Change membership(GroupModel.GroupEvent event, GroupModel group) {
    try {
      return event instanceof GroupModel.GroupMemberJoinEvent join
          ? Change.member(group.getId(), join.getUser().getId(), "JOIN")
          : Change.member(
              group.getId(), ((GroupModel.GroupMemberLeaveEvent) event).getUser().getId(), "LEAVE");
    } catch (NoSuchMethodError before264) {
      // Keycloak 26.3 does not name the user: compare the whole membership.
      return Change.group(group.getId(), "MEMBERS");
    }
  }

  private static Seen role(ProviderEvent event) {
    if (event instanceof RoleRemovedEvent removed) {
      RoleContainerModel container = removed.getRole().getContainer();
      RealmModel realm =
          container instanceof ClientModel client ? client.getRealm() : (RealmModel) container;
      return new Seen(
          removed.getKeycloakSession(),
          realm.getId(),
          Change.role(removed.getRole().getId(), "ROLE_REMOVED"));
    }
    if (event instanceof RoleNameChangeEvent renamed) {
      return new Seen(
          renamed.getKeycloakSession(),
          renamed.getRealm().getId(),
          Change.role(renamed.getNewName(), "ROLE_RENAMED"));
    }
    return null;
  }
}
