package com.abilian.sbe.scim.reconcile;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.abilian.sbe.scim.endpoint.Endpoint;
import com.abilian.sbe.scim.endpoint.Endpoints;
import com.abilian.sbe.scim.project.AttributeMapping;
import com.abilian.sbe.scim.project.Link;
import com.abilian.sbe.scim.project.ProvisioningScope;
import com.abilian.sbe.scim.project.ResourceType;
import com.abilian.sbe.scim.project.UserMapping;
import com.abilian.sbe.scim.store.RealmReader.Membership;
import com.abilian.sbe.scim.store.Stores;
import com.abilian.sbe.scim.store.Tables;
import com.abilian.sbe.scim.store.TestDatabase;
import java.sql.SQLException;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/**
 * Whatever Keycloak has and the receiver holds: the memberships that differ are found, no others.
 */
class MemberDifferencesPropertyTest {

  /**
   * Of the person "absent" no link is there; "elsewhere" is a group that Keycloak does not have.
   */
  private static final List<String> PEOPLE = List.of("a", "b", "absent");

  private static final Link GROUP =
      Link.creating(ResourceType.GROUP, "")
          .pushed(new Link.Remote("r", "1"), new Link.Pushed("h"), 1);

  /** What is known of each group; members of the last three are left aside. */
  private static final Map<String, Link> GROUPS =
      Map.of(
          "known", GROUP,
          "refused", GROUP.failed(true, 99L, 1, false, 400, "400"),
          "elsewhere", GROUP,
          "doubted", GROUP.inDoubt(9),
          "failing", GROUP.failed(false, 99L, 1, false, 500, "500"));

  private static final Set<String> COMPARED = Set.of("known", "refused");

  @Provide
  Arbitrary<Set<Membership>> memberships() {
    return Combinators.combine(Arbitraries.of(GROUPS.keySet()), Arbitraries.of(PEOPLE))
        .as(Membership::new)
        .set();
  }

  @Property(tries = 60)
  void whatDiffersIsFound(
      @ForAll("memberships") Set<Membership> there, @ForAll("memberships") Set<Membership> held)
      throws SQLException {
    try (TestDatabase database = new TestDatabase()) {
      Stores stores = Stores.of(database, new Tables(""));
      Map<String, Link> links =
          Map.of(
              "a", user("a"), "b", user("b"), "absent", Link.creating(ResourceType.USER, "absent"));
      PEOPLE.forEach(id -> database.user(id, id));
      GROUPS.forEach((id, link) -> group(database, stores, id, link));
      there.forEach(one -> database.join(one.groupId(), one.userId()));
      database.run(
          c -> {
            for (Membership one : held) {
              stores
                  .members()
                  .change(c, "e", one.groupId(), List.of("r-" + one.userId()), List.of());
            }
          });
      List<Difference> found =
          database.call(c -> new MemberDifferences(stores, endpoint()).of(c, PEOPLE, links));
      assertEquals(expected(there, held), told(found, false));
      assertEquals(expected(held, there), told(found, true));
    }
  }

  private static Set<Membership> expected(Set<Membership> some, Set<Membership> others) {
    Set<Membership> expected = new HashSet<>(some);
    expected.removeAll(others);
    expected.removeIf(one -> !COMPARED.contains(one.groupId()) || one.userId().equals("absent"));
    return expected;
  }

  private static Set<Membership> told(List<Difference> found, boolean ends) {
    return found.stream()
        .filter(difference -> difference.ends() == ends)
        .map(Difference::membership)
        .collect(Collectors.toSet());
  }

  private static Link user(String id) {
    return Link.creating(ResourceType.USER, id)
        .pushed(new Link.Remote("r-" + id, "1"), new Link.Pushed("h"), 1);
  }

  private static void group(TestDatabase database, Stores stores, String id, Link like) {
    if (!id.equals("elsewhere")) {
      database.group(id, id, " ");
    }
    Link link =
        new Link(
            like.type(),
            id,
            like.state(),
            like.remote(),
            like.pushed(),
            like.failure(),
            like.lastOkAt(),
            like.lookAt());
    database.run(c -> stores.links().save(c, "e", List.of(link)));
  }

  private static Endpoint endpoint() {
    return Endpoints.of(UserMapping.of(AttributeMapping.parse(List.of())), ProvisioningScope.ALL);
  }
}
