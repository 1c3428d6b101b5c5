package com.abilian.sbe.scim.capture;

import com.abilian.sbe.scim.mark.Change;
import java.util.Optional;

/**
 * What an admin event's resource path says of roles. The model has no event for a change of what a
 * role contains, and older servers have none for one of who was given which.
 */
final class RolePath {

  /** By which the admin console takes roles away from users, groups and other roles. */
  private static final String CONSOLE = "ui-ext/role-mapping-delete/";

  private static final String COMPOSITES = "/composites";
  private static final String MAPPINGS = "/role-mappings";
  private static final String USERS = "users/";
  private static final String GROUPS = "groups/";

  private RolePath() {}

  /**
   * @param path null for events about the realm itself
   */
  static Optional<Change> change(String path) {
    if (path == null) {
      return Optional.empty();
    }
    if (path.startsWith(CONSOLE)) {
      String owner = path.substring(CONSOLE.length());
      return Optional.of(
          owner.startsWith(USERS)
              ? Change.rolesOf(owner.substring(USERS.length()), "ADMIN_ROLES")
              : Change.roles("ADMIN_CONSOLE_ROLES"));
    }
    if (path.endsWith(COMPOSITES)) {
      return Optional.of(Change.roles("ADMIN_COMPOSITES"));
    }
    int mappings = path.indexOf(MAPPINGS);
    if (mappings > 0 && path.startsWith(GROUPS)) {
      return Optional.of(Change.roles("ADMIN_GROUP_ROLES"));
    }
    return mappings > USERS.length() && path.startsWith(USERS)
        ? Optional.of(Change.rolesOf(path.substring(USERS.length(), mappings), "ADMIN_ROLES"))
        : Optional.empty();
  }
}
