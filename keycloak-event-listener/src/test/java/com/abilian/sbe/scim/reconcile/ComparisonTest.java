package com.abilian.sbe.scim.reconcile;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.abilian.sbe.scim.endpoint.Endpoint;
import com.abilian.sbe.scim.endpoint.Endpoints;
import com.abilian.sbe.scim.project.AttributeMapping;
import com.abilian.sbe.scim.project.GroupTree;
import com.abilian.sbe.scim.project.Link;
import com.abilian.sbe.scim.project.LossCause;
import com.abilian.sbe.scim.project.Projection;
import com.abilian.sbe.scim.project.ProvisioningScope;
import com.abilian.sbe.scim.project.ResourceType;
import com.abilian.sbe.scim.project.ScimResource;
import com.abilian.sbe.scim.project.UserMapping;
import com.abilian.sbe.scim.project.UserNeeds;
import com.abilian.sbe.scim.project.UserState;
import com.abilian.sbe.scim.store.LossStore;
import com.abilian.sbe.scim.store.Mark;
import com.abilian.sbe.scim.store.MarkKind;
import com.abilian.sbe.scim.store.Stores;
import com.abilian.sbe.scim.store.Tables;
import com.abilian.sbe.scim.store.TestDatabase;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ComparisonTest {

  private static final int PEOPLE = 2 * Pace.PAGE + 10;

  private final TestDatabase database = new TestDatabase();
  private final Stores stores = Stores.of(database, new Tables(""));
  private final UserMapping mapping = UserMapping.of(AttributeMapping.parse(List.of()));
  private final Endpoint endpoint = Endpoints.of(mapping, ProvisioningScope.ALL);
  private final Comparison comparison = new Comparison(stores, endpoint);

  @BeforeEach
  void inLine() {
    database.run(c -> stores.endpoints().insert(c, "e", "r"));
    database.sql("INSERT INTO REALM_ATTRIBUTE VALUES ('organizationsEnabled', 'r', 'true')");
    for (int i = 0; i < PEOPLE; i++) {
      database.user(id(i), "p" + i);
    }
    database.group("g", "Group", " ");
    List<String> ids = IntStream.range(0, PEOPLE).mapToObj(ComparisonTest::id).toList();
    Map<String, UserState> users =
        database.call(c -> stores.realms().users(c, "r", ids, UserNeeds.NONE));
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
        .pushed(new Link.Remote("remote-" + id, null), new Link.Pushed(accepted.hash()), 1);
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
  void howManyRemovalsAreHeldAndSinceWhenIsStored() {
    assertEquals(0, held().count());
    database.sql("DELETE FROM USER_ENTITY WHERE ID < '00100'");
    pass();
    Long since = held().since();
    assertEquals(100, held().count());
    assertNotNull(since);
    database.sql("DELETE FROM USER_ENTITY WHERE ID < '00110'");
    Comparison ofAnotherHolder = new Comparison(stores, endpoint);
    finish(ofAnotherHolder);
    assertEquals(110, held().count());
    assertEquals(since, held().since());
    assertEquals(Map.of(LossCause.COMPARED, 110), held().causes());
    database.sql("DELETE FROM SBE_SCIM_LINK WHERE RESOURCE_ID < '00110'");
    finish(new Comparison(stores, endpoint));
    assertEquals(0, held().count());
    assertNull(held().since());
  }

  @Test
  void whoIsThereAgainIsHeldNoMore() {
    database.sql("DELETE FROM USER_ENTITY WHERE ID < '00100'");
    pass();
    assertEquals(100, held().count());
    for (int i = 0; i < 60; i++) {
      database.user(id(i), "p" + i);
    }
    pass();
    assertEquals(40, held().count());
    assertEquals(List.of(), marked(), "the receiver has them as they are");
  }

  @Test
  void whatIsReleasedIsMarkedAndWhatIsDiscardedToo() {
    database.sql("DELETE FROM USER_ENTITY WHERE ID < '00100'");
    pass();
    assertEquals(100, database.call(new Valve(stores, "r", "e")::release).intValue());
    assertEquals(0, held().count());
    assertEquals(100, marked().size());
    delivered();
    pass();
    assertEquals(0, held().count(), "who is released is not held again");
    database.sql("DELETE FROM USER_ENTITY WHERE ID BETWEEN '00200' AND '00299'");
    finish(new Comparison(stores, endpoint));
    assertEquals(100, database.call(new Valve(stores, "r", "e")::discard).intValue());
    assertEquals(0, held().count());
    assertEquals(100, marked().size());
  }

  private LossStore.Held held() {
    return database.call(c -> stores.losses().summary(c, "e"));
  }

  private static void finish(Comparison pass) {
    for (int pages = 1; !pass.next().last(); pages++) {
      assertTrue(pages < 10, "it never ends");
    }
  }

  @Test
  void membershipsThatChangedBehindTheEventsAreMarked() {
    database.run(
        c -> stores.members().replace(c, "e", "g", List.of("remote-00003", "remote-02005")));
    database.join("g", "00003");
    database.join("g", "01004");
    pass();
    assertEquals(Set.of("MEMBER g 01004", "MEMBER g 02005"), memberships());
    delivered();
    pass();
    assertEquals(Set.of(), memberships(), "and not again before something else was sent");
    database.sql("DELETE FROM USER_GROUP_MEMBERSHIP WHERE USER_ID = '00003'");
    pass();
    assertEquals(Set.of("MEMBER g 00003"), memberships());
  }

  @Test
  void membershipThatWaitsAlreadyIsNotMarkedAgain() {
    database.join("g", "00003");
    Mark mark = Mark.of("r", "e", Mark.Priority.LIVE, MarkKind.MEMBER, "g", "00003", "TEST");
    database.run(c -> stores.marks().insert(c, List.of(mark)));
    database.join("g", "00004");
    pass();
    assertEquals(2, database.call(c -> stores.marks().backlog(c, "e")).count());
    assertEquals(Set.of("MEMBER g 00003", "MEMBER g 00004"), memberships());
  }

  @Test
  void membersOfAGroupThatIsGoneAreLeftToItsRemoval() {
    database.run(c -> stores.members().replace(c, "e", "g", List.of("remote-00003")));
    database.sql("DELETE FROM KEYCLOAK_GROUP");
    pass();
    assertEquals(List.of("GROUP g"), marked());
  }

  @Test
  void duringAFullSyncOnlyWhoLeavesAGroupIsMarked() {
    plan(MarkKind.REALM, Mark.Priority.FULL_SYNC, "");
    database.run(c -> stores.members().replace(c, "e", "g", List.of("remote-00003")));
    database.join("g", "00004");
    pass();
    assertEquals(Set.of("MEMBER g 00003"), memberships());
  }

  private Set<String> memberships() {
    return database.call(c -> stores.marks().first(c, "e", 100)).stream()
        .filter(mark -> mark.kind() == MarkKind.MEMBER)
        .map(mark -> mark.kind() + " " + mark.resourceId() + " " + mark.memberId())
        .collect(Collectors.toSet());
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
