package com.abilian.sbe.scim.reconcile;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.abilian.sbe.scim.endpoint.Endpoint;
import com.abilian.sbe.scim.endpoint.Endpoints;
import com.abilian.sbe.scim.project.AttributeMapping;
import com.abilian.sbe.scim.project.GroupTree;
import com.abilian.sbe.scim.project.Link;
import com.abilian.sbe.scim.project.Projection;
import com.abilian.sbe.scim.project.ProvisioningScope;
import com.abilian.sbe.scim.project.ProvisioningScope.Leaving;
import com.abilian.sbe.scim.project.ResourceType;
import com.abilian.sbe.scim.project.ScimResource;
import com.abilian.sbe.scim.project.UserMapping;
import com.abilian.sbe.scim.project.UserNeeds;
import com.abilian.sbe.scim.store.Stores;
import com.abilian.sbe.scim.store.Tables;
import com.abilian.sbe.scim.store.TestDatabase;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The comparison finds who is in or out wrongly, whatever brought it about. */
class ScopeComparisonTest {

  private static final UserMapping MAPPING = UserMapping.of(AttributeMapping.parse(List.of()));

  private final TestDatabase database = new TestDatabase();
  private final Stores stores = Stores.of(database, new Tables(""));

  @BeforeEach
  void groups() {
    database.run(c -> stores.endpoints().insert(c, "e", "r"));
    database.group("sbe", "SBE", " ");
    database.group("sub", "Sub", "sbe");
    database.group("team", "Team", " ");
    GroupTree tree = database.call(c -> stores.realms().groups(c, "r"));
    for (String id : List.of("sbe", "sub", "team")) {
      accepted(ResourceType.GROUP, id, Projection.group(id, tree.path(id), List.of()));
    }
  }

  @AfterEach
  void close() throws SQLException {
    database.close();
  }

  private void accepted(ResourceType type, String id, ScimResource resource) {
    Link link =
        Link.creating(type, id)
            .pushed(new Link.Remote("r-" + id, null), new Link.Pushed(resource.hash()), 1);
    database.run(c -> stores.links().save(c, "e", List.of(link)));
  }

  /** Somebody whom the receiver has as they are. */
  private void arrived(String id) {
    var users = database.call(c -> stores.realms().users(c, "r", List.of(id), UserNeeds.NONE));
    accepted(ResourceType.USER, id, Projection.user(users.get(id), MAPPING));
  }

  private void left(String id) {
    accepted(ResourceType.USER, id, Projection.LEFT);
  }

  private Map<String, String> marked(Set<String> groups, Set<String> roles, Set<String> roots) {
    Endpoint endpoint =
        Endpoints.of(
            MAPPING, new ProvisioningScope(groups, roles, Map.of(), roots, Leaving.DEACTIVATE));
    Comparison comparison = new Comparison(stores, endpoint);
    while (!comparison.next().last()) {}
    return database.call(c -> stores.marks().first(c, "e", 100)).stream()
        .collect(
            Collectors.toMap(
                mark ->
                    mark.kind()
                        + " "
                        + mark.resourceId()
                        + (mark.memberId() == null ? "" : " " + mark.memberId()),
                mark -> mark.cause()));
  }

  @Test
  void whoIsInAndWasNotSentAndWhoIsOutAndDidNotLeaveAreMarked() {
    for (String id : List.of("in", "new", "back", "out", "left", "never")) {
      database.user(id, id);
    }
    for (String id : List.of("in", "new", "back")) {
      database.join("sub", id);
    }
    database.run(c -> stores.members().replace(c, "e", "sub", List.of("r-in", "r-back")));
    arrived("in");
    arrived("out");
    left("back");
    left("left");
    assertEquals(
        Map.of("USER new", "COMPARED", "USER back", "COMPARED", "USER out", "OUT_OF_SCOPE"),
        withoutMembers(marked(Set.of("SBE"), Set.of(), Set.of())));
  }

  private static Map<String, String> withoutMembers(Map<String, String> marks) {
    return marks.entrySet().stream()
        .filter(mark -> !mark.getKey().startsWith("MEMBER"))
        .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
  }

  @Test
  void whoHasLeftIsInNoGroupAnyMore() {
    database.user("left", "left");
    database.join("team", "left");
    left("left");
    assertEquals(Map.of(), marked(Set.of("SBE"), Set.of(), Set.of()));
    database.run(c -> stores.members().replace(c, "e", "team", List.of("r-left")));
    assertEquals(Map.of("MEMBER team left", "COMPARED"), marked(Set.of("SBE"), Set.of(), Set.of()));
  }

  @Test
  void whereSomethingOfTheScopeIsMissingOnlyWhoIsInIsKeptUpToDate() {
    for (String id : List.of("in", "changed", "left", "never")) {
      database.user(id, id);
    }
    arrived("in");
    arrived("changed");
    left("left");
    database.sql("UPDATE USER_ENTITY SET FIRST_NAME = 'Ada' WHERE ID = 'changed'");
    assertEquals(Map.of("USER changed", "COMPARED"), marked(Set.of("Gone"), Set.of(), Set.of()));
  }

  @Test
  void aRoleInEffectCounts() {
    database.role("role", "agent", null);
    for (String id : List.of("direct", "group", "none")) {
      database.user(id, id);
    }
    database.grant("role", "direct");
    database.grantGroup("role", "sbe");
    database.join("sub", "group");
    assertEquals(
        Set.of("USER direct", "USER group"), marked(Set.of(), Set.of("agent"), Set.of()).keySet());
  }

  @Test
  void aGroupThatIsBelowNoRootIsMarked() {
    assertEquals(Set.of("GROUP team"), marked(Set.of(), Set.of(), Set.of("SBE")).keySet());
  }
}
