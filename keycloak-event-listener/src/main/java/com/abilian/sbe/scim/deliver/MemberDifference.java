package com.abilian.sbe.scim.deliver;

import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.Set;

/**
 * What makes one set of members another one: no member is in both. Members are remote ids.
 *
 * @param joining in the order in which they are wanted
 */
record MemberDifference(Set<String> joining, Set<String> leaving) {

  static MemberDifference between(Collection<String> there, Collection<String> wanted) {
    Set<String> joining = new LinkedHashSet<>(wanted);
    joining.removeAll(Set.copyOf(there));
    Set<String> leaving = new LinkedHashSet<>(there);
    leaving.removeAll(Set.copyOf(wanted));
    return new MemberDifference(joining, leaving);
  }
}
