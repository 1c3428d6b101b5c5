package com.abilian.sbe.scim.project;

import java.util.List;
import java.util.Map;

/** A realm's user as it is now; attributes are those of the mapping only. */
public record UserState(
    String id,
    String username,
    String email,
    String firstName,
    String lastName,
    boolean enabled,
    Map<String, List<String>> attributes) {

  /** Keeps personal data out of logs. */
  @Override
  public String toString() {
    return "UserState[id=" + id + "]";
  }
}
