package com.abilian.sbe.scim.capture;

import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Finds the user whose profile an admin event's resource path is about. */
final class UserPath {

  /** Of the Admin API, and of Keycloak's own SCIM service (a preview in 26.7). */
  private static final List<String> PREFIXES = List.of("users/", "scim/v2/Users/");

  /** Memberships are taken from the model's own events; credentials and sessions are not sent. */
  private static final Set<String> UNRELATED =
      Set.of(
          "groups",
          "role-mappings",
          "credentials",
          "disable-credential-types",
          "sessions",
          "offline-sessions",
          "consents");

  private UserPath() {}

  /**
   * @param path {@code users/ID} or below it; null for events about the realm itself
   * @param action whether the operation is an ACTION (reset-password, logout, …)
   */
  static Optional<String> userId(String path, boolean action) {
    Optional<String> prefix =
        PREFIXES.stream().filter(one -> path != null && path.startsWith(one)).findFirst();
    if (prefix.isEmpty()) {
      return Optional.empty();
    }
    String[] parts = path.substring(prefix.get().length()).split("/", 3);
    boolean unrelated = parts.length > 1 && (action || UNRELATED.contains(parts[1]));
    return parts[0].isEmpty() || unrelated ? Optional.empty() : Optional.of(parts[0]);
  }
}
