package com.abilian.sbe.scim.store;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/** What snapshots of LDAP directories have told of who has which role. */
public final class DirectoryRoles {

  /** One user who has one role. */
  public record Grant(String roleId, String userId) {}

  /**
   * A mapper of roles that was asked.
   *
   * @param clientId whose roles it gives; null for those of the realm
   * @param only whether the users of its provider have no such role but by it
   */
  public record RoleMapper(String id, String providerId, String clientId, boolean only) {}

  private final Tables tables;

  public DirectoryRoles(Tables tables) {
    this.tables = tables;
  }

  /** The ids of those of these roles that the realm, or one of its clients, has; by name. */
  public Map<String, String> named(
      Connection connection, String realmId, String clientId, Collection<String> names)
      throws SQLException {
    Map<String, String> found = new HashMap<>();
    Sql.queryIn(
        connection,
        tables.sql(
            "SELECT R.ID, R.NAME, C.CLIENT_ID FROM {KEYCLOAK_ROLE} R"
                + " LEFT JOIN {CLIENT} C ON C.ID = R.CLIENT"
                + " WHERE R.REALM_ID = ? AND R.NAME IN (:ids)"),
        row ->
            Objects.equals(row.getString(3), clientId)
                && found.put(row.getString(2), row.getString(1)) == null,
        names,
        realmId);
    return found;
  }

  /** The mappers that were asked. */
  public Map<String, RoleMapper> mappers(Connection connection) throws SQLException {
    Map<String, RoleMapper> found = new HashMap<>();
    Sql.query(
        connection,
        tables.sql(
            "SELECT MAPPER_ID, PROVIDER_ID, CLIENT_ID, DIRECTORY_ONLY"
                + " FROM {SBE_SCIM_DIRECTORY_MAPPER}"),
        row ->
            found.put(
                row.getString("MAPPER_ID"),
                new RoleMapper(
                    row.getString("MAPPER_ID"),
                    row.getString("PROVIDER_ID"),
                    row.getString("CLIENT_ID"),
                    row.getInt("DIRECTORY_ONLY") != 0)));
    return found;
  }

  /** A mapper was asked, for the first time or as it is now. */
  public void save(Connection connection, RoleMapper mapper) throws SQLException {
    Sql.update(
        connection,
        tables.sql("DELETE FROM {SBE_SCIM_DIRECTORY_MAPPER} WHERE MAPPER_ID = ?"),
        mapper.id());
    Sql.update(
        connection,
        tables.sql(
            "INSERT INTO {SBE_SCIM_DIRECTORY_MAPPER}"
                + " (MAPPER_ID, PROVIDER_ID, CLIENT_ID, DIRECTORY_ONLY) VALUES (?, ?, ?, ?)"),
        mapper.id(),
        mapper.providerId(),
        mapper.clientId(),
        mapper.only() ? 1 : 0);
  }

  /** What a mapper shows. */
  public Set<Grant> grants(Connection connection, String mapperId) throws SQLException {
    return new HashSet<>(
        Sql.query(
            connection,
            tables.sql(
                "SELECT ROLE_ID, USER_ID FROM {SBE_SCIM_DIRECTORY_ROLE} WHERE MAPPER_ID = ?"),
            row -> new Grant(row.getString("ROLE_ID"), row.getString("USER_ID")),
            mapperId));
  }

  /** What a mapper shows has changed. */
  public void change(
      Connection connection, String mapperId, Collection<Grant> more, Collection<Grant> less)
      throws SQLException {
    batch(
        connection,
        "DELETE FROM {SBE_SCIM_DIRECTORY_ROLE} WHERE ROLE_ID = ? AND USER_ID = ? AND MAPPER_ID = ?",
        mapperId,
        less);
    batch(
        connection,
        "INSERT INTO {SBE_SCIM_DIRECTORY_ROLE} (ROLE_ID, USER_ID, MAPPER_ID) VALUES (?, ?, ?)",
        mapperId,
        more);
  }

  private void batch(
      Connection connection, String statement, String mapperId, Collection<Grant> grants)
      throws SQLException {
    Sql.batch(
        connection,
        tables.sql(statement),
        grants.stream().map(one -> new Object[] {one.roleId(), one.userId(), mapperId}).toList());
  }

  /** A mapper shows nothing any more. */
  public void forget(Connection connection, String mapperId) throws SQLException {
    for (String table : Set.of("SBE_SCIM_DIRECTORY_ROLE", "SBE_SCIM_DIRECTORY_MAPPER")) {
      Sql.update(
          connection, tables.sql("DELETE FROM {" + table + "} WHERE MAPPER_ID = ?"), mapperId);
    }
  }

  /**
   * The roles that were given to these users themselves, as Keycloak counts them: what its own
   * table says of roles that only a directory gives does not count.
   */
  Set<Grant> given(Connection connection, Collection<String> userIds) throws SQLException {
    Set<Grant> found = new HashSet<>();
    Map<String, RoleMapper> mappers = mappers(connection);
    boolean only = mappers.values().stream().anyMatch(RoleMapper::only);
    Sql.queryEach(
        connection,
        tables.sql(only ? WITH_ORIGIN : KEYCLOAKS),
        row -> {
          Grant grant = new Grant(row.getString("ROLE_ID"), row.getString("USER_ID"));
          return !(only
                  && isDirectorys(
                      mappers, row.getString("FEDERATION_LINK"), row.getString("CLIENT_ID")))
              && found.add(grant);
        },
        userIds);
    Sql.queryEach(
        connection,
        tables.sql(
            "SELECT USER_ID, ROLE_ID FROM {SBE_SCIM_DIRECTORY_ROLE} WHERE USER_ID IN (:ids)"),
        row -> found.add(new Grant(row.getString("ROLE_ID"), row.getString("USER_ID"))),
        userIds);
    return found;
  }

  private static final String KEYCLOAKS =
      "SELECT USER_ID, ROLE_ID FROM {USER_ROLE_MAPPING} WHERE USER_ID IN (:ids)";

  private static final String WITH_ORIGIN =
      "SELECT M.USER_ID, M.ROLE_ID, U.FEDERATION_LINK, C.CLIENT_ID FROM {USER_ROLE_MAPPING} M"
          + " JOIN {USER_ENTITY} U ON U.ID = M.USER_ID"
          + " JOIN {KEYCLOAK_ROLE} R ON R.ID = M.ROLE_ID"
          + " LEFT JOIN {CLIENT} C ON C.ID = R.CLIENT WHERE M.USER_ID IN (:ids)";

  private static boolean isDirectorys(
      Map<String, RoleMapper> mappers, String providerId, String clientId) {
    return mappers.values().stream()
        .anyMatch(
            mapper ->
                mapper.only()
                    && mapper.providerId().equals(providerId)
                    && Objects.equals(mapper.clientId(), clientId));
  }
}
