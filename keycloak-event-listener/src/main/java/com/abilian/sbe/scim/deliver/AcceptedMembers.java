package com.abilian.sbe.scim.deliver;

import java.util.Collection;
import java.util.List;

/**
 * What the receiver accepted of a group's membership. Members are remote ids.
 *
 * @param whole whether those who joined are all that the group has
 */
record AcceptedMembers(boolean whole, Collection<String> joined, Collection<String> left) {

  static AcceptedMembers all(Collection<String> members) {
    return new AcceptedMembers(true, members, List.of());
  }

  static AcceptedMembers changed(Collection<String> joined, Collection<String> left) {
    return new AcceptedMembers(false, joined, left);
  }
}
