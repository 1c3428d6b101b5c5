package com.abilian.sbe.scim.store;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** The LDAP providers of realms and their mappers, from Keycloak's own tables. */
public final class FederationReader {

  /**
   * An LDAP provider.
   *
   * @param enabled whether Keycloak asks it
   * @param imports whether its people are in Keycloak's tables
   * @param lastSync another text after each sync; empty before the first
   */
  public record Provider(
      String id, String realmId, String name, boolean enabled, boolean imports, String lastSync) {}

  /** A mapper of groups or roles that only its provider's directory knows who has. */
  public record Mapper(String id, String providerId, String realmId) {}

  private static final String USER_STORAGE = "org.keycloak.storage.UserStorageProvider";
  private static final String LDAP_MAPPER = "org.keycloak.storage.ldap.mappers.LDAPStorageMapper";
  private static final String GROUPS = "group-ldap-mapper";
  private static final Set<String> IN_DIRECTORY = Set.of("READ_ONLY", "LDAP_ONLY");

  /** Up to Keycloak 26.4 there is {@code lastSync} alone, since 26.5 one of each kind of sync. */
  private static final String LAST_SYNC = "lastSync";

  private final Tables tables;

  public FederationReader(Tables tables) {
    this.tables = tables;
  }

  private record Setting(String id, String realmId, String name, String key, String value) {}

  public List<Provider> providers(Connection connection, Collection<String> realmIds)
      throws SQLException {
    Map<String, List<Setting>> found =
        Sql.queryIn(
                connection,
                tables.sql(
                    "SELECT C.ID, C.REALM_ID, C.NAME, T.NAME AS SETTING, T.VALUE FROM {COMPONENT} C"
                        + " LEFT JOIN {COMPONENT_CONFIG} T ON T.COMPONENT_ID = C.ID"
                        + " AND (T.NAME LIKE 'lastSync%' OR T.NAME IN ('enabled', 'importEnabled'))"
                        + " WHERE C.PROVIDER_TYPE = ? AND C.PROVIDER_ID = 'ldap'"
                        + " AND C.REALM_ID IN (:ids)"),
                row ->
                    new Setting(
                        row.getString("ID"),
                        row.getString("REALM_ID"),
                        row.getString("NAME"),
                        row.getString("SETTING"),
                        row.getString("VALUE")),
                realmIds,
                USER_STORAGE)
            .stream()
            .collect(Collectors.groupingBy(Setting::id));
    return found.values().stream().map(FederationReader::provider).toList();
  }

  private static Provider provider(List<Setting> settings) {
    Map<String, String> values = new HashMap<>();
    settings.stream()
        .filter(setting -> setting.key() != null && setting.value() != null)
        .forEach(setting -> values.put(setting.key(), setting.value()));
    Setting any = settings.get(0);
    return new Provider(
        any.id(),
        any.realmId(),
        any.name(),
        !"false".equals(values.get("enabled")),
        !"false".equals(values.get("importEnabled")),
        values.entrySet().stream()
            .filter(entry -> entry.getKey().startsWith(LAST_SYNC))
            .map(Object::toString)
            .sorted()
            .collect(Collectors.joining(" ")));
  }

  /**
   * All that a provider or a mapper of groups or roles is configured with, save its secrets.
   *
   * @param parent of a mapper its provider, of a provider its realm
   * @param kind {@code ldap}, {@code group-ldap-mapper} or {@code role-ldap-mapper}
   */
  public record Configured(
      String id,
      String parent,
      String realmId,
      String kind,
      String name,
      Map<String, String> values) {}

  /** The providers of all realms, and their mappers of groups and roles. */
  public List<Configured> configured(Connection connection) throws SQLException {
    Map<String, Configured> found = new LinkedHashMap<>();
    Sql.query(
        connection,
        tables.sql(
            "SELECT C.ID, C.PARENT_ID, C.REALM_ID, C.PROVIDER_ID, C.NAME, T.NAME AS SETTING, T.VALUE"
                + " FROM {COMPONENT} C LEFT JOIN {COMPONENT_CONFIG} T ON T.COMPONENT_ID = C.ID"
                + " AND T.NAME IN ('enabled', 'importEnabled', 'readTimeout', 'fullSyncPeriod',"
                + " 'changedSyncPeriod', 'connectionUrl', 'usersDn', 'mode')"
                + " WHERE C.PROVIDER_ID IN ('ldap', 'group-ldap-mapper', 'role-ldap-mapper')"
                + " AND C.PROVIDER_TYPE IN ('"
                + USER_STORAGE
                + "', '"
                + LDAP_MAPPER
                + "') ORDER BY C.NAME, C.ID"),
        row -> {
          Configured one =
              new Configured(
                  row.getString("ID"),
                  row.getString("PARENT_ID"),
                  row.getString("REALM_ID"),
                  row.getString("PROVIDER_ID"),
                  row.getString("NAME"),
                  new HashMap<>());
          String value = row.getString("VALUE");
          return value != null
              && found
                      .computeIfAbsent(one.id(), none -> one)
                      .values()
                      .put(row.getString("SETTING"), value)
                  != null;
        });
    return List.copyOf(found.values());
  }

  /** Those of groups, of all realms. */
  public List<Mapper> mappers(Connection connection) throws SQLException {
    return mappers(connection, GROUPS, "");
  }

  /** Those of roles, of all realms. */
  public List<Mapper> roleMappers(Connection connection) throws SQLException {
    return mappers(connection, "role-ldap-mapper", "");
  }

  /** The ids of the realm's, of groups. */
  public Set<String> mappersOf(Connection connection, String realmId) throws SQLException {
    return mappers(connection, GROUPS, " AND C.REALM_ID = ?", realmId).stream()
        .map(Mapper::id)
        .collect(Collectors.toCollection(HashSet::new));
  }

  private List<Mapper> mappers(
      Connection connection, String kind, String condition, String... realm) throws SQLException {
    Set<String> inDirectory = new HashSet<>();
    Object[] values = new Object[realm.length + 2];
    values[0] = LDAP_MAPPER;
    values[1] = kind;
    System.arraycopy(realm, 0, values, 2, realm.length);
    return Sql.query(
            connection,
            tables.sql(
                "SELECT C.ID, C.PARENT_ID, C.REALM_ID, T.VALUE FROM {COMPONENT} C"
                    + " JOIN {COMPONENT_CONFIG} T ON T.COMPONENT_ID = C.ID AND T.NAME = 'mode'"
                    + " WHERE C.PROVIDER_TYPE = ? AND C.PROVIDER_ID = ?"
                    + condition),
            row -> {
              if (IN_DIRECTORY.contains(String.valueOf(row.getString("VALUE")))) {
                inDirectory.add(row.getString("ID"));
              }
              return new Mapper(
                  row.getString("ID"), row.getString("PARENT_ID"), row.getString("REALM_ID"));
            },
            values)
        .stream()
        .filter(mapper -> inDirectory.contains(mapper.id()))
        .toList();
  }
}
