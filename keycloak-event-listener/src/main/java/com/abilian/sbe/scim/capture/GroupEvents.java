package com.abilian.sbe.scim.capture;

import com.abilian.sbe.scim.mark.Change;
import java.util.Optional;
import org.keycloak.models.GroupModel;
import org.keycloak.provider.ProviderEvent;

/** Groups and memberships. */
final class GroupEvents {

  private GroupEvents() {}

  static Optional<ModelChange> read(ProviderEvent event) {
    if (!(event instanceof GroupModel.GroupEvent told)) {
      return Optional.empty();
    }
    GroupModel group = told.getGroup();
    // Groups of organizations are Keycloak's own bookkeeping.
    return group.getType() == GroupModel.Type.ORGANIZATION
        ? Optional.empty()
        : Optional.of(
            ModelChange.in(told.getRealm(), told.getKeycloakSession(), change(told, group)));
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
}
