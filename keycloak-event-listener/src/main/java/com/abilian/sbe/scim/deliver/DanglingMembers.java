package com.abilian.sbe.scim.deliver;

import com.abilian.sbe.scim.client.EndpointFault;
import com.abilian.sbe.scim.client.ResourceFault;
import com.abilian.sbe.scim.client.ScimClient;
import com.abilian.sbe.scim.deliver.AccessUpdate.Result;
import com.abilian.sbe.scim.project.Link.Remote;
import com.abilian.sbe.scim.project.ResourceType;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Takes a user who was deleted out of the groups in which the receiver leaves them: RFC 7644 does
 * not say what becomes of memberships. Receivers of this project end them with the user, and are
 * asked nothing more than once what they are.
 */
final class DanglingMembers {

  private final ScimClient client;
  private final MembershipPusher members;
  private volatile Boolean possible;

  DanglingMembers(ScimClient client, MembershipPusher members) {
    this.client = client;
    this.members = members;
  }

  /**
   * May be done twice.
   *
   * @param user remote id
   */
  void remove(String user) throws EndpointFault, ResourceFault, InterruptedException {
    if (!arePossible()) {
      return;
    }
    Set<String> seen = new HashSet<>();
    List<String> groups = client.groupsWith(user);
    // The next page is what is left; a receiver that ignores the filter shows nothing new.
    while (seen.addAll(groups)) {
      for (String group : groups) {
        Remote any = new Remote(group, null);
        RemoteResource there = new RemoteResource(client, ResourceType.GROUP, any);
        Result result = members.change(there, List.of(), List.of(user));
        if (result.revoking() != null && !result.isNotFound()) {
          throw result.revoking();
        }
      }
      groups = client.groupsWith(user);
    }
  }

  private boolean arePossible() throws EndpointFault, InterruptedException {
    if (possible == null) {
      possible = !client.endsMemberships();
    }
    return possible;
  }
}
