package com.abilian.sbe.scim.store;

import com.abilian.sbe.scim.project.GroupTree;
import com.abilian.sbe.scim.project.ProvisioningScope;
import com.abilian.sbe.scim.project.ProvisioningScope.Verdict;
import com.abilian.sbe.scim.project.RealmScope;
import com.abilian.sbe.scim.project.UserState;
import com.abilian.sbe.scim.store.RealmReader.Membership;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Who of a realm is in the scope of an endpoint. */
public final class ScopeReader {

  private final RealmReader realms;
  private final EffectiveRoles roles;
  private final FederationReader federations;
  private final DirectoryStore directories;

  public ScopeReader(Tables tables) {
    this.realms = new RealmReader(tables);
    this.roles = new EffectiveRoles(tables);
    this.federations = new FederationReader(tables);
    this.directories = new DirectoryStore(tables);
  }

  /**
   * The scope in the realm as it is now.
   *
   * @param tree the realm's groups
   */
  public RealmScope inRealm(
      Connection connection, String realmId, ProvisioningScope scope, GroupTree tree)
      throws SQLException {
    RealmScope inRealm = scope.in(tree, roles.among(connection, realmId, scope.roles()));
    return isJudged(connection, realmId, inRealm.groups()) ? inRealm : inRealm.awaitingMembers();
  }

  /** Whether each directory whose mappers show members was asked about these groups. */
  private boolean isJudged(Connection connection, String realmId, Set<String> groups)
      throws SQLException {
    if (groups.isEmpty()) {
      return true;
    }
    Set<String> mappers = federations.mappersOf(connection, realmId);
    if (mappers.isEmpty()) {
      return true;
    }
    Map<String, Set<String>> judges = directories.judges(connection, groups);
    return groups.stream()
        .allMatch(group -> judges.getOrDefault(group, Set.of()).containsAll(mappers));
  }

  /** As above; it reads nothing where the scope names nothing of the realm. */
  public RealmScope inRealm(Connection connection, String realmId, ProvisioningScope scope)
      throws SQLException {
    boolean namesGroups = !scope.groups().isEmpty() || !scope.roots().isEmpty();
    GroupTree tree = namesGroups ? realms.groups(connection, realmId) : new GroupTree(List.of());
    return inRealm(connection, realmId, scope, tree);
  }

  /** Those of these ids that are people of the realm and in. */
  public Set<String> among(
      Connection connection, String realmId, ProvisioningScope scope, Collection<String> ids)
      throws SQLException {
    Map<String, UserState> users = realms.users(connection, realmId, ids, scope.needs());
    Map<String, Verdict> verdicts = of(connection, realmId, scope, users);
    verdicts.values().removeIf(verdict -> verdict != Verdict.IN);
    return new HashSet<>(verdicts.keySet());
  }

  /**
   * Whether these people are in.
   *
   * @param users of the realm, with all that the scope asks for
   */
  public Map<String, Verdict> of(
      Connection connection, String realmId, ProvisioningScope scope, Map<String, UserState> users)
      throws SQLException {
    Map<String, Verdict> found = new HashMap<>();
    if (scope.holdsEverybody() || users.isEmpty()) {
      users.keySet().forEach(id -> found.put(id, Verdict.IN));
      return found;
    }
    RealmScope inRealm = inRealm(connection, realmId, scope);
    Map<String, List<String>> groups = groups(connection, scope, users.keySet());
    users.forEach(
        (id, user) ->
            found.put(
                id,
                inRealm.of(groups.getOrDefault(id, List.of()), user.roles(), user.attributes())));
    return found;
  }

  private Map<String, List<String>> groups(
      Connection connection, ProvisioningScope scope, Collection<String> ids) throws SQLException {
    Map<String, List<String>> groups = new HashMap<>();
    if (!scope.groups().isEmpty()) {
      for (Membership one : realms.memberships(connection, ids)) {
        groups.computeIfAbsent(one.userId(), user -> new ArrayList<>()).add(one.groupId());
      }
    }
    return groups;
  }
}
