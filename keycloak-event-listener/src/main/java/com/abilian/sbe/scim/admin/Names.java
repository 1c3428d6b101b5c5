package com.abilian.sbe.scim.admin;

import com.abilian.sbe.scim.project.GroupTree;
import com.abilian.sbe.scim.project.ResourceType;
import com.abilian.sbe.scim.project.UserNeeds;
import com.abilian.sbe.scim.project.UserState;
import com.abilian.sbe.scim.store.RealmReader;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Collection;
import java.util.Map;

/**
 * What people and groups are called now. By SQL: to ask Keycloak for a person of a directory may
 * change that person.
 */
record Names(Map<String, UserState> people, GroupTree groups) {

  static Names of(
      Connection connection, RealmReader realms, String realmId, Collection<String> userIds)
      throws SQLException {
    return new Names(
        realms.users(connection, realmId, userIds, UserNeeds.NONE),
        realms.groups(connection, realmId));
  }

  /** User name or path of the group; null where Keycloak does not have it. */
  String name(ResourceType type, String id) {
    if (type == ResourceType.USER) {
      return people.containsKey(id) ? people.get(id).username() : null;
    }
    return groups.contains(id) ? groups.path(id) : null;
  }

  /** Null where there is none. */
  String mail(String userId) {
    return people.containsKey(userId) ? people.get(userId).email() : null;
  }
}
