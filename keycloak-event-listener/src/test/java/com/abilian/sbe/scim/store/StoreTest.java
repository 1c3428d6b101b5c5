package com.abilian.sbe.scim.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.abilian.sbe.scim.project.GroupTree;
import com.abilian.sbe.scim.project.Link;
import com.abilian.sbe.scim.project.ResourceType;
import com.abilian.sbe.scim.project.UserNeeds;
import com.abilian.sbe.scim.project.UserState;
import com.abilian.sbe.scim.store.EndpointStore.State;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class StoreTest {

  private static final Tables TABLES = new Tables("");

  private final TestDatabase database = new TestDatabase();
  private final MarkStore marks = new MarkStore(TABLES);
  private final LinkStore links = new LinkStore(TABLES);
  private final Retries retries = new Retries(TABLES);
  private final LinkReport report = new LinkReport(TABLES);
  private final EndpointStore endpoints = new EndpointStore(TABLES);
  private final RealmReader realms = new RealmReader(TABLES);
  private final Components components = new Components(TABLES);

  @AfterEach
  void close() throws SQLException {
    database.close();
  }

  private static Mark mark(String endpoint, Mark.Priority priority, String id) {
    return Mark.of("r", endpoint, priority, MarkKind.USER, id, null, "TEST");
  }

  private static Link active(String id) {
    return Link.creating(ResourceType.USER, id)
        .pushed(new Link.Remote("remote-" + id, "v"), new Link.Pushed("h"), 5);
  }

  @Test
  void tablesMayStandInASchema() {
    assertEquals(
        "SELECT * FROM kc$1.A JOIN kc$1.B", new Tables("kc$1.").sql("SELECT * FROM {A} JOIN {B}"));
  }

  @Test
  void liveMarksComeBeforeThoseOfAFullSync() {
    Mark sync = mark("e", Mark.Priority.FULL_SYNC, "sync");
    Mark live = mark("e", Mark.Priority.LIVE, "live");
    database.run(c -> marks.insert(c, List.of(sync, live, mark("other", Mark.Priority.LIVE, "x"))));
    assertEquals(List.of(live), database.call(c -> marks.first(c, "e", 10)));
    assertEquals(
        new MarkStore.Backlog(2, sync.createdAt(), 0), database.call(c -> marks.backlog(c, "e")));
    database.run(c -> marks.delete(c, Set.of(live.id())));
    assertEquals(List.of(sync), database.call(c -> marks.first(c, "e", 10)));
    database.run(c -> marks.deleteAll(c, "e"));
    assertEquals(new MarkStore.Backlog(0, null, 0), database.call(c -> marks.backlog(c, "e")));
    assertEquals(1, database.call(c -> marks.first(c, "other", 10)).size());
  }

  @Test
  void linksAreInsertedThenUpdated() {
    Link creating = Link.creating(ResourceType.USER, "u");
    database.run(c -> links.save(c, "e", List.of(creating)));
    assertEquals(
        creating, database.call(c -> links.find(c, "e", ResourceType.USER, Set.of("u"))).get("u"));
    Link failed = active("u").failed(true, 9L, 3, false, 409, "409 uniqueness");
    database.run(c -> links.save(c, "e", List.of(failed, active("v"))));
    assertEquals(failed, database.call(c -> links.all(c, "e", ResourceType.USER)).get("u"));
    assertEquals(active("v"), database.call(c -> links.all(c, "e", ResourceType.USER)).get("v"));
    database.run(c -> links.delete(c, "e", List.of(failed)));
    assertEquals(Set.of("v"), database.call(c -> links.all(c, "e", ResourceType.USER)).keySet());
  }

  @Test
  void linksAreSavedWhereTheDatabaseDoesNotCountWhatABatchChanged() {
    database.run(c -> links.save(c, "e", List.of(active("u"))));
    Link failed = active("u").failed(true, 9L, 3, false, 409, "409 uniqueness");
    database.run(c -> links.save(uncounted(c), "e", List.of(failed, active("v"))));
    assertEquals(
        Map.of("u", failed, "v", active("v")),
        database.call(c -> links.all(c, "e", ResourceType.USER)));
  }

  /** As MariaDB's driver: every count of a batch is {@link Statement#SUCCESS_NO_INFO}. */
  private static Connection uncounted(Connection connection) {
    return proxy(
        Connection.class,
        connection,
        (method, result) ->
            method.getName().equals("prepareStatement")
                ? proxy(
                    PreparedStatement.class,
                    result,
                    (inner, counts) -> {
                      if (inner.getName().equals("executeBatch")) {
                        Arrays.fill((int[]) counts, Statement.SUCCESS_NO_INFO);
                      }
                      return counts;
                    })
                : result);
  }

  private static <T> T proxy(
      Class<T> type, Object target, BiFunction<Method, Object, Object> change) {
    InvocationHandler handler =
        (proxy, method, arguments) -> change.apply(method, method.invoke(target, arguments));
    return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, handler));
  }

  @Test
  void reasonOfAFailureIsMadeToFitItsColumn() {
    Link failed = active("u").failed(false, 9L, 3, false, 500, "\0x\n" + "x".repeat(300));
    database.run(c -> links.save(c, "e", List.of(failed)));
    Link kept = database.call(c -> links.all(c, "e", ResourceType.USER)).get("u");
    assertEquals(" x " + "x".repeat(252), kept.failure().error());
  }

  @Test
  void linksAreFoundInLongLists() {
    List<String> ids = IntStream.range(0, 1201).mapToObj(i -> "u" + i).toList();
    database.run(c -> links.save(c, "e", ids.stream().map(StoreTest::active).toList()));
    assertEquals(1201, database.call(c -> links.find(c, "e", ResourceType.USER, ids)).size());
  }

  @Test
  void retriesAreDueInTheirOrder() {
    Link late = active("late").failed(false, 20L, 1, false, 500, "500");
    Link early = active("early").failed(false, 10L, 1, false, 500, "500");
    Link parked = active("parked").failed(true, 15L, 1, false, 409, "409");
    Link waiting = active("waiting").failed(false, 90L, 1, false, 500, "500");
    Long none = database.call(c -> retries.nextDue(c, "e"));
    assertNull(none);
    database.run(c -> links.save(c, "e", List.of(late, early, parked, waiting, active("fine"))));
    assertEquals(List.of(early, parked, late), database.call(c -> retries.due(c, "e", 20, 10)));
    Long due = database.call(c -> retries.nextDue(c, "e"));
    assertEquals(10, due);
    assertEquals(
        new LinkReport.Summary(5, 0, 1, 3, 1L, 0, 0, null),
        database.call(c -> report.summary(c, "e")));
    database.run(c -> retries.retryNow(c, "e", 21));
    assertEquals(4, database.call(c -> retries.due(c, "e", 21, 10)).size());
  }

  @Test
  void whoIsStillInIsCountedAndTriedAtOnceAfterAnOutage() {
    Link first = active("first").failed(true, 90L, 5, true, 409, "409");
    Link again = first.failed(true, 95L, 7, true, 409, "409");
    Link other = active("other").failed(false, 90L, 8, true, 500, "500");
    Link out = active("out").failed(true, 90L, 1, true, 409, "409");
    Link refused = out.failed(true, 90L, 9, false, 409, "409");
    database.run(c -> links.save(c, "e", List.of(again, other, refused)));
    LinkReport.Summary summary = database.call(c -> report.summary(c, "e"));
    assertEquals(2, summary.stillIn());
    assertEquals(5L, summary.stillInSince());
    database.run(c -> retries.retryNow(c, "e", 10));
    assertEquals(
        Set.of("first", "other"),
        Set.copyOf(
            database.call(c -> retries.due(c, "e", 10, 10)).stream()
                .map(Link::resourceId)
                .toList()));
    for (Link done : List.of(again.unchanged(), again.lost(9, 404), active("first"))) {
      assertNull(done.failure().stillInSince());
    }
  }

  @Test
  void forgottenLinksAreLookedUpAgain() {
    database.run(c -> links.save(c, "e", List.of(active("u"))));
    database.run(c -> links.forget(c, "e"));
    Link forgotten = database.call(c -> links.all(c, "e", ResourceType.USER)).get("u");
    assertNull(forgotten.remoteId());
    assertTrue(forgotten.isNeverAttempted());
    assertEquals(
        new LinkReport.Summary(0, 0, 0, 0, null, 0, 0, null),
        database.call(c -> report.summary(c, "e")));
  }

  @Test
  void healthIsKept() {
    database.run(c -> endpoints.insert(c, "e", "r"));
    assertEquals(
        new EndpointStore.Health(State.OK, null, 0, null, null),
        database.call(c -> endpoints.find(c, "e")).orElseThrow());
    database.run(c -> endpoints.saveState(c, "e", State.PAUSED, "x".repeat(300), 2, 7L));
    database.run(c -> endpoints.delivered(c, "e", 9));
    assertEquals(
        new EndpointStore.Health(State.PAUSED, "x".repeat(255), 2, 7L, 9L),
        database.call(c -> endpoints.find(c, "e")).orElseThrow());
    assertEquals(List.of("e"), database.call(endpoints::ids));
    database.run(c -> endpoints.delete(c, "e"));
    assertTrue(database.call(c -> endpoints.find(c, "e")).isEmpty());
  }

  @Test
  void peopleAreReadWithLongAndSeveralValuesAndWithoutServiceAccounts() {
    database.user("u", "zoe");
    database.sql(
        """
        INSERT INTO USER_ENTITY (ID, REALM_ID, USERNAME, ENABLED, SERVICE_ACCOUNT_CLIENT_LINK)
          VALUES ('s', 'r', 'service-account-x', TRUE, 'c');
        INSERT INTO USER_ENTITY (ID, REALM_ID, USERNAME, ENABLED, SERVICE_ACCOUNT_CLIENT_LINK)
          VALUES ('o', 'other', 'o', TRUE, NULL);
        INSERT INTO USER_ATTRIBUTE VALUES ('u', 'title', 'a', NULL), ('u', 'title', 'b', NULL),
          ('u', 'long', NULL, 'the whole text'), ('u', 'unmapped', 'x', NULL);
        """);
    var people =
        database.call(
            c ->
                realms.users(
                    c,
                    "r",
                    List.of("u", "s", "o", "gone"),
                    new UserNeeds(Set.of("title", "long"), Set.of())));
    assertEquals(Set.of("u"), people.keySet());
    UserState zoe = people.get("u");
    assertEquals("zoe", zoe.username());
    assertTrue(zoe.enabled());
    assertEquals(Set.of("title", "long"), zoe.attributes().keySet());
    assertEquals(List.of("the whole text"), zoe.attributes().get("long"));
    assertEquals(Set.of("a", "b"), Set.copyOf(zoe.attributes().get("title")));
  }

  @Test
  void groupsOfOrganizationsAreNoGroups() {
    database.group("g", "G", " ");
    database.sql("INSERT INTO KEYCLOAK_GROUP VALUES ('org', 'O', ' ', 'r', 1)");
    GroupTree tree = database.call(c -> realms.groups(c, "r"));
    assertEquals(Set.of("g"), tree.ids());
  }

  @Test
  void membersAreReadWithTheirRemoteIds() {
    for (String id : List.of("linked", "tried", "new")) {
      database.user(id, id);
      database.join("g", id);
    }
    Link tried = Link.creating(ResourceType.USER, "tried").failed(true, null, 1, false, 400, "400");
    database.run(c -> links.save(c, "e", List.of(active("linked"), tried)));
    assertEquals(
        Set.of("remote-linked"),
        Set.copyOf(
            database.call(c -> realms.members(c, "e", List.of("g"))).stream()
                .map(RealmReader.Member::remoteId)
                .filter(id -> id != null)
                .toList()));
    assertEquals(
        Set.of("new"), database.call(c -> realms.neverAttemptedMembers(c, "e", List.of("g"), 10)));
    assertEquals(
        Set.of(new RealmReader.Membership("g", "new")),
        database.call(c -> realms.memberships(c, Set.of("new"))));
  }

  @Test
  void usersComeByIdAndFindsWhoIsGone() {
    List.of("b", "a", "c").forEach(id -> database.user(id, id));
    database.run(c -> links.save(c, "e", List.of(active("a"), active("gone"))));
    assertEquals(List.of("a", "b"), database.call(c -> realms.userIdsAfter(c, "r", "", 2)));
    assertEquals(List.of("c"), database.call(c -> realms.userIdsAfter(c, "r", "b", 2)));
    assertEquals(List.of("gone"), database.call(c -> realms.orphans(c, "e", ResourceType.USER)));
  }

  @Test
  void componentsCarryTheirConfiguration() {
    database.sql(
        """
        INSERT INTO REALM VALUES ('r', 'agents');
        INSERT INTO COMPONENT (ID, NAME, REALM_ID, PROVIDER_ID, PROVIDER_TYPE)
        VALUES ('e', 'sbe', 'r', 'sbe-scim', 'T'), ('x', 'x', 'r', 'o', 'T');
        INSERT INTO COMPONENT_CONFIG VALUES ('e', 'url', 'https://h'), ('e', 'm', '2'),
          ('e', 'm', '1'), ('e', 'm', NULL), ('e', 'n', NULL);
        """);
    List<Components.Component> found = database.call(c -> components.all(c, "T", "sbe-scim"));
    assertEquals(1, found.size());
    assertEquals("agents", found.get(0).realmName());
    assertEquals(List.of("1", "2"), found.get(0).config().get("m"));
  }

  @Test
  void marksWithoutAComponentAreDeleted() {
    database.sql(
        "INSERT INTO COMPONENT (ID, NAME, REALM_ID, PROVIDER_ID, PROVIDER_TYPE) VALUES ('e', 'sbe', 'r', 'sbe-scim', 'T')");
    Mark kept = mark("e", Mark.Priority.LIVE, "u");
    database.run(c -> marks.insert(c, List.of(kept, mark("gone", Mark.Priority.LIVE, "u"))));
    database.run(components::deleteStrays);
    assertEquals(List.of(kept), database.call(c -> marks.first(c, "e", 10)));
    assertEquals(List.of(), database.call(c -> marks.first(c, "gone", 10)));
  }

  @Test
  void anUnknownKeycloakIsNamed() {
    database.run(new KeycloakTables(TABLES)::verify);
    database.sql("ALTER TABLE USER_ENTITY DROP COLUMN EMAIL");
    Throwable told =
        assertThrows(
                IllegalStateException.class, () -> database.run(new KeycloakTables(TABLES)::verify))
            .getCause();
    assertTrue(told.getMessage().startsWith("table USER_ENTITY "), told.getMessage());
  }
}
