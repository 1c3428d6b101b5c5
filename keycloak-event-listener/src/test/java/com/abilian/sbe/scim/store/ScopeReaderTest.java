package com.abilian.sbe.scim.store;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.abilian.sbe.scim.project.ProvisioningScope;
import com.abilian.sbe.scim.project.ProvisioningScope.Leaving;
import com.abilian.sbe.scim.project.ProvisioningScope.Verdict;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ScopeReaderTest {

  private final TestDatabase database = new TestDatabase();
  private final Stores stores = Stores.of(database, new Tables(""));

  @BeforeEach
  void people() {
    database.group("agents", "Agents", " ");
    database.group("bureau", "Bureau", "agents");
    for (String id : List.of("in", "out")) {
      database.user(id, id);
    }
    database.join("bureau", "in");
  }

  @AfterEach
  void close() throws SQLException {
    database.close();
  }

  private static ProvisioningScope scope(
      Set<String> groups, Set<String> roles, Map<String, Set<String>> attributes) {
    return new ProvisioningScope(groups, roles, attributes, Set.of(), Leaving.DEACTIVATE);
  }

  private Map<String, Verdict> verdicts(ProvisioningScope scope) {
    return database.call(
        c ->
            stores
                .scopes()
                .of(
                    c,
                    "r",
                    scope,
                    stores.realms().users(c, "r", List.of("in", "out"), scope.needs())));
  }

  private Set<String> among(ProvisioningScope scope, String... ids) {
    return database.call(c -> stores.scopes().among(c, "r", scope, List.of(ids)));
  }

  @Test
  void whoIsInAGroupBelowIsIn() {
    ProvisioningScope scope = scope(Set.of("Agents"), Set.of(), Map.of());
    assertEquals(Map.of("in", Verdict.IN, "out", Verdict.OUT), verdicts(scope));
    assertEquals(Set.of("in"), among(scope, "in", "out", "nobody"));
  }

  @Test
  void rolesInEffectAndAttributesAreReadForIt() {
    database.role("agent", "agent", null);
    database.grantGroup("agent", "agents");
    database.sql("INSERT INTO USER_ATTRIBUTE (USER_ID, NAME, VALUE) VALUES ('in', 'site', 'Lyon')");
    assertEquals(
        Set.of("in"),
        among(scope(Set.of(), Set.of("agent"), Map.of("site", Set.of("Lyon"))), "in", "out"));
    assertEquals(
        Set.of(),
        among(scope(Set.of(), Set.of("agent"), Map.of("site", Set.of("Nice"))), "in", "out"));
  }

  @Test
  void whileADirectoryWasNotAskedWhoIsInAGroupNobodyLeaves() {
    ProvisioningScope scope = scope(Set.of("Agents"), Set.of(), Map.of());
    database.sql(
        "INSERT INTO COMPONENT (ID, NAME, REALM_ID, PROVIDER_ID, PROVIDER_TYPE, PARENT_ID) VALUES"
            + " ('m', 'groups', 'r', 'group-ldap-mapper',"
            + " 'org.keycloak.storage.ldap.mappers.LDAPStorageMapper', 'p')");
    database.sql("INSERT INTO COMPONENT_CONFIG VALUES ('m', 'mode', 'READ_ONLY')");
    assertEquals(Map.of("in", Verdict.IN, "out", Verdict.UNKNOWN), verdicts(scope));
    database.run(c -> stores.directories().judge(c, "m", List.of("agents", "bureau"), List.of()));
    assertEquals(Map.of("in", Verdict.IN, "out", Verdict.OUT), verdicts(scope));
  }
}
