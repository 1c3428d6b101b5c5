package com.abilian.sbe.scim.store;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class EffectiveRolesTest {

  private static final Set<String> ASKED = Set.of("editor", "app/admin");

  private final TestDatabase database = new TestDatabase();
  private final EffectiveRoles roles = new EffectiveRoles(new Tables(""));

  @BeforeEach
  void build() {
    database.sql("INSERT INTO CLIENT VALUES ('c', 'app', 'r'), ('d', 'other', 'r')");
    database.role("editor", "editor", null);
    database.role("admin", "admin", "c");
    database.role("namesake", "admin", "d");
    database.role("realm-namesake", "admin", null);
    database.group("top", "Top", " ");
    database.group("mid", "Mid", "top");
    database.group("low", "Low", "mid");
  }

  @AfterEach
  void close() throws SQLException {
    database.close();
  }

  private Map<String, Set<String>> of(Set<String> names, String... users) {
    return database.call(c -> roles.of(c, "r", names, List.of(users)));
  }

  private void seen(String user, String... expected) {
    assertEquals(
        Set.of(expected),
        of(ASKED, user, "somebody").getOrDefault(user, Set.of()),
        "roles of " + user);
  }

  @Test
  void roleThatWasGivenToTheUserCounts() {
    database.grant("editor", "u");
    seen("u", "editor");
    database.grant("admin", "u");
    seen("u", "editor", "app/admin");
  }

  @Test
  void roleOfAClientIsNoneOfTheRealmOrOfAnotherClient() {
    database.grant("namesake", "u");
    database.grant("realm-namesake", "u");
    seen("u");
    assertEquals(
        Map.of("u", Set.of("admin", "other/admin")), of(Set.of("admin", "other/admin"), "u"));
  }

  @Test
  void roleOfAGroupCountsForMembersWhomADirectoryShows() {
    database.grantGroup("editor", "mid");
    database.sql("INSERT INTO SBE_SCIM_DIRECTORY_MEMBER VALUES ('low', 'u', 'mapper')");
    seen("u", "editor");
  }

  @Test
  void roleThatADirectoryShowsCountsAsOneThatWasGiven() {
    database.role("chief", "chief", null);
    database.contain("chief", "admin");
    database.sql("INSERT INTO SBE_SCIM_DIRECTORY_ROLE VALUES ('chief', 'u', 'mapper')");
    seen("u", "app/admin");
  }

  @Test
  void rolesThatADirectoryAloneGivesDoNotCountByKeycloaksTables() {
    database.user("u", "zoe");
    database.user("own", "yves");
    database.sql("UPDATE USER_ENTITY SET FEDERATION_LINK = 'p' WHERE ID = 'u'");
    for (String user : List.of("u", "own")) {
      database.grant("editor", user);
      database.grant("admin", user);
    }
    database.sql("INSERT INTO SBE_SCIM_DIRECTORY_MAPPER VALUES ('m', 'p', NULL, 0)");
    seen("u", "editor", "app/admin");
    database.sql("UPDATE SBE_SCIM_DIRECTORY_MAPPER SET DIRECTORY_ONLY = 1");
    seen("u", "app/admin");
    seen("own", "editor", "app/admin");
    database.sql("UPDATE SBE_SCIM_DIRECTORY_MAPPER SET CLIENT_ID = 'app'");
    seen("u", "editor");
    database.sql("INSERT INTO SBE_SCIM_DIRECTORY_ROLE VALUES ('admin', 'u', 'm')");
    seen("u", "editor", "app/admin");
  }

  @Test
  void roleOfAGroupCountsForThoseBelowAndNotAbove() {
    database.grantGroup("editor", "mid");
    database.join("low", "below");
    database.join("mid", "in");
    database.join("top", "above");
    assertEquals(
        Map.of("below", Set.of("editor"), "in", Set.of("editor")),
        of(ASKED, "below", "in", "above"));
  }

  @Test
  void roleThatAnotherContainsCountsHoweverDeep() {
    database.role("chief", "chief", null);
    database.role("staff", "staff", "d");
    database.contain("chief", "staff");
    database.contain("staff", "admin");
    database.contain("staff", "editor");
    database.grant("chief", "u");
    database.grantGroup("chief", "top");
    database.join("low", "v");
    seen("u", "editor", "app/admin");
    seen("v", "editor", "app/admin");
  }

  @Test
  void whatTheDefaultRoleContainsCountsForWhoeverHasIt() {
    database.role("default", "default-roles-r", null);
    database.contain("default", "editor");
    database.grant("default", "u");
    seen("u", "editor");
  }

  @Test
  void rolesThatContainEachOtherEnd() {
    database.role("a", "a", null);
    database.contain("a", "editor");
    database.contain("editor", "a");
    database.grant("a", "u");
    seen("u", "editor");
  }

  @Test
  void groupsThatAreAboveEachOtherEnd() {
    database.sql("UPDATE KEYCLOAK_GROUP SET PARENT_GROUP = 'low' WHERE ID = 'top'");
    database.grantGroup("editor", "low");
    database.join("mid", "u");
    seen("u", "editor");
  }

  @Test
  void idOfAClientMayHaveSlashesAndSoMayARole() {
    database.sql("INSERT INTO CLIENT VALUES ('s', 'https://sso.example.org/app', 'r')");
    database.role("slashed", "a/b", "s");
    database.role("plain", "team/lead", null);
    database.grant("slashed", "u");
    database.grant("plain", "u");
    Set<String> names = Set.of("https://sso.example.org/app/a/b", "team/lead");
    assertEquals(Map.of("u", names), of(names, "u"));
  }

  @Test
  void groupThatADirectoryShowsGivesItsRolesToo() {
    database.grantGroup("editor", "mid");
    database.sql(
        "INSERT INTO SBE_SCIM_DIRECTORY_MEMBER (GROUP_ID, USER_ID, MAPPER_ID)"
            + " VALUES ('low', 'u', 'm')");
    seen("u", "editor");
  }

  @Test
  void innerGroupsOfOrganizationsGiveNothing() {
    database.sql("UPDATE KEYCLOAK_GROUP SET TYPE = 1 WHERE ID = 'low'");
    database.grantGroup("editor", "low");
    database.join("low", "u");
    seen("u");
  }

  @Test
  void rolesOfAnotherRealmAreNotMeant() {
    database.sql("UPDATE KEYCLOAK_ROLE SET REALM_ID = 'other' WHERE ID = 'editor'");
    database.grant("editor", "u");
    seen("u");
  }

  @Test
  void nothingIsReadWhereNoRoleIsAskedFor() {
    assertEquals(
        0,
        database
            .<Long>call(
                connection -> {
                  ScannedRows rows = new ScannedRows(connection);
                  assertEquals(Map.of(), roles.of(rows.counted(), "r", Set.of(), List.of("u")));
                  return rows.count();
                })
            .longValue());
  }

  /** Any graph of roles and groups, against the closure as it is defined. */
  @Test
  void anyGraphGivesWhatItsClosureSays() {
    Random random = new Random(20261126);
    for (int round = 0; round < 30; round++) {
      Graph graph = new Graph(random, "x" + round + "-");
      Set<String> asked = new HashSet<>(graph.roles.subList(0, 4));
      Map<String, Set<String>> expected = new HashMap<>();
      for (String user : graph.users) {
        Set<String> effective = graph.effective(user);
        effective.retainAll(asked);
        if (!effective.isEmpty()) {
          expected.put(user, effective);
        }
      }
      assertEquals(expected, of(asked, graph.users.toArray(String[]::new)), "round " + round);
    }
  }

  private final class Graph {
    private final List<String> roles = new ArrayList<>();
    private final List<String> groups = new ArrayList<>();
    private final List<String> users = new ArrayList<>();
    private final Map<String, Set<String>> contained = new HashMap<>();
    private final Map<String, Set<String>> ofGroup = new HashMap<>();
    private final Map<String, String> parents = new HashMap<>();
    private final Map<String, Set<String>> given = new HashMap<>();
    private final Map<String, Set<String>> joined = new HashMap<>();

    Graph(Random random, String prefix) {
      for (int number = 0; number < 12; number++) {
        String role = prefix + "role" + number;
        roles.add(role);
        database.role(role, role, null);
      }
      for (int number = 0; number < 8; number++) {
        String group = prefix + "group" + number;
        String parent = groups.isEmpty() || random.nextInt(3) == 0 ? " " : any(random, groups);
        groups.add(group);
        parents.put(group, parent);
        database.group(group, group, parent);
      }
      for (int number = 0; number < 6; number++) {
        users.add(prefix + "user" + number);
      }
      for (int edge = 0; edge < 14; edge++) {
        String composite = any(random, roles);
        String child = any(random, roles);
        if (add(contained, composite, child)) {
          database.contain(composite, child);
        }
      }
      for (int edge = 0; edge < 5; edge++) {
        String group = any(random, groups);
        String role = any(random, roles);
        if (add(ofGroup, group, role)) {
          database.grantGroup(role, group);
        }
      }
      for (String user : users) {
        String role = any(random, roles);
        String group = any(random, groups);
        add(given, user, role);
        add(joined, user, group);
        database.grant(role, user);
        database.join(group, user);
      }
    }

    private static boolean add(Map<String, Set<String>> edges, String from, String to) {
      return edges.computeIfAbsent(from, absent -> new HashSet<>()).add(to);
    }

    private static String any(Random random, List<String> some) {
      return some.get(random.nextInt(some.size()));
    }

    Set<String> effective(String user) {
      Set<String> found = new HashSet<>(given.get(user));
      for (String first : joined.get(user)) {
        for (String group = first; parents.containsKey(group); group = parents.get(group)) {
          found.addAll(ofGroup.getOrDefault(group, Set.of()));
        }
      }
      for (int depth = 0; depth < roles.size(); depth++) {
        Set<String> more = new HashSet<>();
        found.forEach(role -> more.addAll(contained.getOrDefault(role, Set.of())));
        found.addAll(more);
      }
      return found;
    }
  }
}
