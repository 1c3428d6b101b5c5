package com.abilian.sbe.scim.project;

import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A realm's user as it is now.
 *
 * @param attributes those that were asked for
 * @param roles those that were asked for and that the user has in effect, as {@link UserNeeds}
 *     calls them
 */
public record UserState(
    String id,
    String username,
    String email,
    String firstName,
    String lastName,
    boolean enabled,
    Map<String, List<String>> attributes,
    Set<String> roles) {

  /**
   * What can be mapped: beside the attributes the four that every user has. Keycloak calls them
   * attributes too, and keeps them apart.
   */
  List<String> values(String attribute) {
    return switch (attribute) {
      case "username" -> only(username);
      case "email" -> only(email);
      case "firstName" -> only(firstName);
      case "lastName" -> only(lastName);
      default -> attributes.getOrDefault(attribute, List.of());
    };
  }

  private static List<String> only(String value) {
    return value == null ? List.of() : List.of(value);
  }

  /** Keeps personal data out of logs. */
  @Override
  public String toString() {
    return "UserState[id=" + id + "]";
  }
}
