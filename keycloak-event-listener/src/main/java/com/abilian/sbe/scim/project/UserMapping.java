package com.abilian.sbe.scim.project;

import java.util.List;
import java.util.Map;

/** What of a user is sent beside names, address and state, and where. */
public record UserMapping(AttributeMapping attributes, RoleMap roles) {

  /**
   * @throws IllegalArgumentException where both would write {@code roles}
   */
  public UserMapping {
    if (!roles.isEmpty() && attributes.writes(RoleMap.ATTRIBUTE)) {
      throw new IllegalArgumentException(
          "'roles' is written by the role map: map no attribute to it as well");
    }
  }

  /** Attributes only. */
  public static UserMapping of(AttributeMapping attributes) {
    return new UserMapping(attributes, RoleMap.NONE);
  }

  /** What has to be read of a user for it. */
  public UserNeeds needs() {
    return new UserNeeds(attributes.attributes(), roles.roles());
  }

  /** SHA-256, hex: the same for the same mapping, in whatever order its lines stand. */
  public String hash() {
    return Fingerprint.of(List.of(attributes.hash(), roles.hash()));
  }

  void write(UserState user, Map<String, Object> document) {
    attributes.write(user, document);
    roles.write(user.roles(), document);
  }
}
