package com.abilian.sbe.scim.deliver;

import com.abilian.sbe.scim.project.Link;
import com.abilian.sbe.scim.project.ResourceType;
import com.abilian.sbe.scim.store.MemberStore;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/** Keeps up which members the receiver holds of its groups, by what became of a round's tasks. */
final class MemberRecorder {

  private final MemberStore members;
  private final String endpointId;

  MemberRecorder(MemberStore members, String endpointId) {
    this.members = members;
    this.endpointId = endpointId;
  }

  /** To be called in the transaction that stores the outcomes. */
  void record(Connection connection, List<Outcome> outcomes) throws SQLException {
    List<String> groups = new ArrayList<>();
    List<String> people = new ArrayList<>();
    for (Outcome outcome : outcomes) {
      Link before = outcome.before();
      if (outcome.members() != null) {
        record(connection, before.resourceId(), outcome.members());
      } else if (before.type() == ResourceType.USER && outcome.losesRemoteId()) {
        people.add(before.remoteId());
      } else if (before.type() == ResourceType.GROUP && outcome.kind() == Outcome.Kind.REMOVED) {
        groups.add(before.resourceId());
      }
    }
    members.forgetMembers(connection, endpointId, people);
    members.forgetGroups(connection, endpointId, groups);
  }

  private void record(Connection connection, String group, AcceptedMembers accepted)
      throws SQLException {
    if (accepted.whole()) {
      members.replace(connection, endpointId, group, accepted.joined());
    } else {
      members.change(connection, endpointId, group, accepted.joined(), accepted.left());
    }
  }
}
