package com.abilian.sbe.scim.reconcile;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.abilian.sbe.scim.endpoint.Endpoint;
import com.abilian.sbe.scim.project.AttributeMapping;
import com.abilian.sbe.scim.project.GroupTree;
import com.abilian.sbe.scim.project.Link;
import com.abilian.sbe.scim.project.Projection;
import com.abilian.sbe.scim.project.ResourceType;
import com.abilian.sbe.scim.project.ScimResource;
import com.abilian.sbe.scim.project.UserState;
import com.abilian.sbe.scim.store.Mark;
import com.abilian.sbe.scim.store.MarkKind;
import com.abilian.sbe.scim.store.Stores;
import com.abilian.sbe.scim.store.Tables;
import com.abilian.sbe.scim.store.TestDatabase;
import java.net.URI;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ComparisonTest {

  private static final int PEOPLE = 2 * Pace.PAGE + 10;

  private final TestDatabase database = new TestDatabase();
  private final Stores stores = Stores.of(database, new Tables(""));
  private final AttributeMapping mapping = AttributeMapping.parse(List.of());
  private final Endpoint endpoint =
      new Endpoint(
          "e",
          "r",
          "name",
          true,
          URI.create("http://localhost/scim/v2"),
          "i",
          "a",
          Endpoint.Auth.JWT,
          null,
          mapping);
  private final Comparison comparison = new Comparison(stores, endpoint);

  @BeforeEach
  void inLine() {
    database.sql("INSERT INTO REALM_ATTRIBUTE VALUES ('organizationsEnabled', 'r', 'true')");
    for (int i = 0; i < PEOPLE; i++) {
      database.user(id(i), "p" + i);
    }
    database.group("g", "Group", " ");
    List<String> ids = IntStream.range(0, PEOPLE).mapToObj(ComparisonTest::id).toList();
    Map<String, UserState> users = database.call(c -> stores.realms().users(c, "r", ids, Set.of()));
    List<Link> links = new ArrayList<>();
    users.forEach(
        (id, user) -> links.add(link(ResourceType.USER, id, Projection.user(user, mapping))));
    GroupTree tree = database.call(c -> stores.realms().groups(c, "r"));
    links.add(link(ResourceType.GROUP, "g", Projection.group("g", tree.path("g"), List.of())));
    database.run(c -> stores.links().save(c, "e", links));
  }

  @AfterEach
  void close() throws SQLException {
    database.close();
  }

  private static String id(int number) {
    return "%05d".formatted(number);
  }

  private static Link link(ResourceType type, String id, ScimResource accepted) {
    return Link.creating(type, id)
        .pushed(
            new Link.Remote("remote-" + id, null),
            new Link.Pushed(accepted.hash(), accepted.membersHash()),
            1);
  }

  private void pass() {
    int pages = 1;
    while (!comparison.next().last()) {
      assertTrue(++pages < 10, "it never ends");
    }
    assertTrue(pages > 1, "a pass of several pages");
  }

  private List<String> marked() {
    return database.call(c -> stores.marks().first(c, "e", 100)).stream()
        .map(mark -> mark.kind() + " " + mark.resourceId())
        .toList();
  }

  private void delivered() {
    database.run(c -> stores.marks().deleteAll(c, "e"));
  }

  private void plan(MarkKind kind, Mark.Priority priority, String id) {
    Mark mark = Mark.of("r", "e", priority, kind, id, null, "TEST");
    database.run(c -> stores.marks().insert(c, List.of(mark)));
  }

  @Test
  void nothingIsMarkedWhereNothingDiffers() {
    pass();
    assertEquals(List.of(), marked());
    assertFalse(comparison.next().marked());
  }

  @Test
  void whatChangedBehindTheEventsIsMarked() {
    database.sql("UPDATE USER_ENTITY SET LAST_NAME = 'Other' WHERE ID = '00007'");
    database.sql("UPDATE USER_ENTITY SET ENABLED = FALSE WHERE ID = '01007'");
    database.sql("UPDATE KEYCLOAK_GROUP SET NAME = 'Renamed'");
    database.user("00005-new", "new");
    pass();
    assertEquals(
        List.of("USER 00005-new", "USER 00007", "USER 01007", "GROUP g"), sorted(marked()));
  }

  private static List<String> sorted(List<String> marks) {
    return marks.stream()
        .sorted((one, other) -> one.substring(1).compareTo(other.substring(1)))
        .sorted((one, other) -> Boolean.compare(one.startsWith("G"), other.startsWith("G")))
        .toList();
  }

  @Test
  void whoIsGoneIsMarkedWhereverTheyStoodInThePages() {
    database.sql("DELETE FROM USER_ENTITY WHERE ID IN ('00000', '01000', '02009')");
    pass();
    assertEquals(Set.of("USER 00000", "USER 01000", "USER 02009"), Set.copyOf(marked()));
  }

  @Test
  void manyWhoAreGoneAtOnceStayUntilSomebodyActs() {
    database.sql("DELETE FROM USER_ENTITY WHERE ID < '00100'");
    pass();
    assertEquals(List.of(), marked());
    database.sql("UPDATE USER_ENTITY SET ENABLED = FALSE WHERE ID = '01007'");
    pass();
    assertEquals(List.of("USER 01007"), marked());
  }

  @Test
  void whatWaitsAlreadyIsNotMarkedAgain() {
    database.sql("UPDATE USER_ENTITY SET ENABLED = FALSE WHERE ID = '01007'");
    pass();
    pass();
    assertEquals(List.of("USER 01007"), marked());
  }

  @Test
  void whatWasRefusedIsNotMarkedAgainUntilItChanges() {
    database.sql("UPDATE USER_ENTITY SET LAST_NAME = 'Refused' WHERE ID = '00007'");
    pass();
    delivered();
    Link link =
        database
            .call(c -> stores.links().find(c, "e", ResourceType.USER, Set.of("00007")))
            .get("00007");
    database.run(
        c -> stores.links().save(c, "e", List.of(link.failed(true, null, 1, false, 400, "400"))));
    pass();
    delivered();
    pass();
    assertEquals(List.of(), marked());
    database.sql("UPDATE USER_ENTITY SET ENABLED = FALSE WHERE ID = '00007'");
    pass();
    assertEquals(List.of("USER 00007"), marked());
  }

  @Test
  void duringAFullSyncOnlyWhoLosesAccessIsMarked() {
    plan(MarkKind.REALM, Mark.Priority.FULL_SYNC, "");
    database.sql("UPDATE USER_ENTITY SET LAST_NAME = 'Other' WHERE ID = '00007'");
    database.sql("UPDATE USER_ENTITY SET ENABLED = FALSE WHERE ID = '01007'");
    database.sql("DELETE FROM USER_ENTITY WHERE ID = '01008'");
    pass();
    assertEquals(List.of("USER 01007", "USER 01008"), marked());
  }

  @Test
  void personWhomAnOrganizationDisablesIsMarked() {
    organization("o", "inner", true);
    member("inner", "00003", "MANAGED");
    member("inner", "00004", "UNMANAGED");
    pass();
    assertEquals(List.of(), marked());
    database.sql("UPDATE ORG SET ENABLED = FALSE");
    pass();
    assertEquals(List.of("USER 00003"), marked());
  }

  @Test
  void membersOfAnOrganizationAreComparedAtOnce() {
    organization("o", "inner", false);
    member("inner", "00003", "MANAGED");
    List<String> members = database.call(c -> stores.realms().managedMembers(c, "o"));
    assertEquals(List.of("00003"), members);
    assertTrue(comparison.members(members));
    assertFalse(comparison.members(members));
    assertEquals(List.of("USER 00003"), marked());
  }

  @Test
  void organizationsThatAreSwitchedOffDisableTheirManagedMembers() {
    organization("o", "inner", true);
    member("inner", "00003", "MANAGED");
    database.sql("DELETE FROM REALM_ATTRIBUTE");
    pass();
    assertEquals(List.of("USER 00003"), marked());
  }

  @Test
  void databaseWithoutOrganizationsIsReadAllTheSame() {
    database.sql("DROP TABLE ORG");
    database.sql("UPDATE USER_ENTITY SET ENABLED = FALSE WHERE ID = '00007'");
    Comparison anew = new Comparison(Stores.of(database, new Tables("")), endpoint);
    while (!anew.next().last()) {
      assertTrue(anew.size() <= PEOPLE);
    }
    assertEquals(List.of("USER 00007"), marked());
  }

  private void organization(String id, String group, boolean enabled) {
    database.sql("INSERT INTO ORG VALUES ('%s', 'r', '%s', %s)".formatted(id, group, enabled));
  }

  private void member(String group, String user, String type) {
    database.sql(
        "INSERT INTO USER_GROUP_MEMBERSHIP (GROUP_ID, USER_ID, MEMBERSHIP_TYPE)"
            + " VALUES ('%s', '%s', '%s')".formatted(group, user, type));
  }
}
