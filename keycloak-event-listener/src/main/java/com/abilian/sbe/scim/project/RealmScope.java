package com.abilian.sbe.scim.project;

import com.abilian.sbe.scim.project.ProvisioningScope.Verdict;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A scope in a realm as it is now.
 *
 * @param groups ids of groups by which somebody is in
 * @param groupsComplete whether the realm has all that are named, and it is known who is in them
 * @param rolesComplete the same of roles
 * @param sent ids of groups that are in; all where none is named
 * @param sentComplete whether the realm has all roots
 * @param missing what the realm does not have, for people: {@code group a/b}, {@code role r}
 */
public record RealmScope(
    ProvisioningScope scope,
    Set<String> groups,
    boolean groupsComplete,
    boolean rolesComplete,
    Set<String> sent,
    boolean sentComplete,
    List<String> missing) {

  /** Everybody and everything, in any realm. */
  public static final RealmScope ALL =
      new RealmScope(ProvisioningScope.ALL, Set.of(), true, true, Set.of(), true, List.of());

  /** The same, where it is not known of all groups yet who is in them. */
  public RealmScope awaitingMembers() {
    return new RealmScope(scope, groups, false, rolesComplete, sent, sentComplete, missing);
  }

  /**
   * Whether a person is in.
   *
   * @param memberOf ids of the groups that they are in themselves
   * @param roles names of those that they have in effect
   * @param attributes all that the scope asks for
   */
  public Verdict of(
      Collection<String> memberOf, Collection<String> roles, Map<String, List<String>> attributes) {
    return verdict(scope.groups(), shares(groups, memberOf), groupsComplete)
        .and(verdict(scope.roles(), shares(scope.roles(), roles), rolesComplete))
        .and(verdict(scope.attributes().keySet(), hasOne(attributes), true));
  }

  private boolean hasOne(Map<String, List<String>> attributes) {
    return scope.attributes().entrySet().stream()
        .anyMatch(
            wanted ->
                shares(wanted.getValue(), attributes.getOrDefault(wanted.getKey(), List.of())));
  }

  private static boolean shares(Set<String> some, Collection<String> others) {
    return !Collections.disjoint(some, others);
  }

  /** Whether a group of the realm is in. */
  public Verdict ofGroup(String id) {
    return verdict(scope.roots(), sent.contains(id), sentComplete);
  }

  private static Verdict verdict(Set<String> wanted, boolean has, boolean complete) {
    if (wanted.isEmpty() || has) {
      return Verdict.IN;
    }
    return complete ? Verdict.OUT : Verdict.UNKNOWN;
  }
}
