package com.abilian.sbe.scim.project;

import java.util.HashSet;
import java.util.Set;

/**
 * What has to be read of users beside name, address and state: what is not needed costs nothing.
 *
 * @param attributes names of Keycloak attributes
 * @param roles roles of the realm by name, those of a client by {@code clientId/role}
 */
public record UserNeeds(Set<String> attributes, Set<String> roles) {

  public static final UserNeeds NONE = new UserNeeds(Set.of(), Set.of());

  /** What both need. */
  public UserNeeds and(UserNeeds other) {
    return new UserNeeds(union(attributes, other.attributes), union(roles, other.roles));
  }

  private static Set<String> union(Set<String> some, Set<String> others) {
    Set<String> all = new HashSet<>(some);
    all.addAll(others);
    return all;
  }
}
