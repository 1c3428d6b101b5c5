package com.abilian.sbe.scim.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.abilian.sbe.scim.project.Link;
import com.abilian.sbe.scim.project.ResourceType;
import com.abilian.sbe.scim.project.UserNeeds;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/**
 * What is asked of the database for some resources costs the same, however many others there are.
 */
class CostTest {

  private static final int ASKED = 10;
  private static final Tables TABLES = new Tables("");
  private static final MarkStore MARKS = new MarkStore(TABLES);
  private static final MemberStore MEMBERS = new MemberStore(TABLES);
  private static final LinkStore LINKS = new LinkStore(TABLES);
  private static final Retries RETRIES = new Retries(TABLES);
  private static final RealmReader REALMS = new RealmReader(TABLES);
  private static final EffectiveRoles ROLES = new EffectiveRoles(TABLES);

  private static final List<String> IDS = IntStream.range(0, ASKED).mapToObj(CostTest::id).toList();

  private static final List<String> REMOTE_IDS =
      IntStream.range(0, ASKED).mapToObj(n -> "r" + n).toList();

  private static final Map<String, Asking> ASKED_IN_EACH_ROUND =
      Map.ofEntries(
          Map.entry("marks", c -> MARKS.first(c, "e", ASKED)),
          Map.entry("links", c -> LINKS.find(c, "e", ResourceType.USER, IDS)),
          Map.entry("links to be saved", c -> LINKS.save(c, "e", some())),
          Map.entry("links in a range", c -> LINKS.between(c, "e", ResourceType.USER, "", id(9))),
          Map.entry("due retries", c -> RETRIES.due(c, "e", 1_000, ASKED)),
          Map.entry("the next retry", c -> RETRIES.nextDue(c, "e")),
          Map.entry(
              "people", c -> REALMS.users(c, "r", IDS, new UserNeeds(Set.of("title"), Set.of()))),
          Map.entry("their roles", c -> ROLES.of(c, "r", Set.of("editor"), IDS)),
          Map.entry("their groups", c -> REALMS.memberships(c, IDS)),
          Map.entry("their groups as accepted", c -> MEMBERS.ofMembers(c, "e", REMOTE_IDS)),
          Map.entry("a small group as accepted", c -> MEMBERS.ofGroups(c, "e", List.of("small"))),
          Map.entry("joins", c -> MEMBERS.change(c, "e", "large", REMOTE_IDS, List.of())),
          Map.entry("a small group to be stored", c -> MEMBERS.replace(c, "e", "small", IDS)),
          Map.entry("a small group", c -> REALMS.members(c, "e", List.of("small"))),
          Map.entry(
              "those of a group never attempted",
              c -> REALMS.neverAttemptedMembers(c, "e", List.of("small"), ASKED)));

  @Test
  void whatIsAskedForSomeDoesNotGrowWithTheOthers() throws SQLException {
    try (TestDatabase few = filled(100);
        TestDatabase many = filled(3_000)) {
      ASKED_IN_EACH_ROUND.forEach(
          (what, asking) -> assertEquals(cost(few, asking), cost(many, asking), ASKED, what));
    }
  }

  @Test
  void aFullReadIsSeenToCostMore() throws SQLException {
    try (TestDatabase few = filled(100);
        TestDatabase many = filled(3_000)) {
      Asking all = c -> LINKS.all(c, "e", ResourceType.USER);
      assertTrue(cost(many, all) > 10 * cost(few, all));
    }
  }

  private static long cost(TestDatabase database, Asking asking) {
    return database.call(
        connection -> {
          ScannedRows rows = new ScannedRows(connection);
          asking.ask(rows.counted());
          return rows.count();
        });
  }

  private static TestDatabase filled(int people) {
    TestDatabase database = new TestDatabase();
    database.group("small", "Small", null);
    database.group("large", "Large", null);
    database.role("editor", "editor", null);
    database.role("default", "default-roles-r", null);
    database.contain("default", "editor");
    database.grantGroup("editor", "large");
    for (int number = 0; number < people; number++) {
      database.user(id(number), "u" + number);
      database.grant("default", id(number));
      database.join(number < ASKED ? "small" : "large", id(number));
    }
    database.run(c -> LINKS.save(c, "e", links(people)));
    database.run(c -> MEMBERS.replace(c, "e", "small", REMOTE_IDS));
    database.run(
        c ->
            MEMBERS.replace(
                c, "e", "large", IntStream.range(ASKED, people).mapToObj(n -> "r" + n).toList()));
    database.run(
        c ->
            MARKS.insert(
                c,
                IntStream.range(0, people)
                    .mapToObj(
                        n ->
                            Mark.of(
                                "r", "e", Mark.Priority.LIVE, MarkKind.USER, id(n), null, "TEST"))
                    .toList()));
    return database;
  }

  private static List<Link> some() {
    return links(ASKED);
  }

  private static List<Link> links(int count) {
    return IntStream.range(0, count)
        .mapToObj(
            n ->
                Link.creating(ResourceType.USER, id(n))
                    .pushed(new Link.Remote("r" + n, "v"), new Link.Pushed("h"), 5))
        .toList();
  }

  private static String id(int number) {
    return "user-%06d".formatted(number);
  }

  private interface Asking {
    void ask(Connection connection) throws SQLException;
  }
}
