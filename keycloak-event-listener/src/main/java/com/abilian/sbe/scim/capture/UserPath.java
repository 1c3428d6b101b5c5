package com.abilian.sbe.scim.capture;

import java.util.Optional;
import java.util.Set;

/** Finds the user whose profile an admin event's resource path is about. */
final class UserPath {

  private static final String PREFIX = "users/";

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
    if (path == null || !path.startsWith(PREFIX)) {
      return Optional.empty();
    }
    String[] parts = path.substring(PREFIX.length()).split("/", 3);
    boolean unrelated = parts.length > 1 && (action || UNRELATED.contains(parts[1]));
    return parts[0].isEmpty() || unrelated ? Optional.empty() : Optional.of(parts[0]);
  }
}
