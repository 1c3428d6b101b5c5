package com.abilian.sbe.scim.store;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** After any history of changes, told twice or not, the table holds what was told. */
class MemberStorePropertyTest {

  private static final List<String> GROUPS = List.of("g", "h");
  private static final List<String> PEOPLE = List.of("a", "b", "c", "d");
  private static final MemberStore STORE = new MemberStore(new Tables(""));

  /** One thing that is told of one group. */
  private record Told(Kind kind, String group, Set<String> some, Set<String> others) {

    private enum Kind {
      REPLACED,
      CHANGED,
      GROUP_GONE,
      MEMBERS_GONE
    }

    void store(Connection connection, String endpoint) throws SQLException {
      switch (kind) {
        case REPLACED -> STORE.replace(connection, endpoint, group, some);
        case CHANGED -> STORE.change(connection, endpoint, group, some, left());
        case GROUP_GONE -> STORE.forgetGroups(connection, endpoint, List.of(group));
        default -> STORE.forgetMembers(connection, endpoint, some);
      }
    }

    void happenTo(Map<String, Set<String>> groups) {
      Set<String> members = groups.computeIfAbsent(group, none -> new HashSet<>());
      switch (kind) {
        case REPLACED -> {
          members.clear();
          members.addAll(some);
        }
        case CHANGED -> {
          members.removeAll(left());
          members.addAll(some);
        }
        case GROUP_GONE -> members.clear();
        default -> groups.values().forEach(all -> all.removeAll(some));
      }
      groups.values().removeIf(Set::isEmpty);
    }

    private Set<String> left() {
      Set<String> left = new HashSet<>(others);
      left.removeAll(some);
      return left;
    }
  }

  @Provide
  Arbitrary<List<Told>> histories() {
    Arbitrary<Set<String>> people = Arbitraries.of(PEOPLE).set();
    return Combinators.combine(
            Arbitraries.of(Told.Kind.class), Arbitraries.of(GROUPS), people, people)
        .as(Told::new)
        .list()
        .ofMaxSize(12);
  }

  @Property(tries = 60)
  void whatIsHeldIsWhatWasTold(@ForAll("histories") List<Told> history) throws SQLException {
    try (TestDatabase database = new TestDatabase()) {
      Map<String, Set<String>> expected = new HashMap<>();
      database.run(c -> STORE.replace(c, "other", "g", PEOPLE));
      for (Told told : history) {
        database.run(c -> told.store(c, "e"));
        told.happenTo(expected);
      }
      assertEquals(expected, database.call(c -> STORE.ofGroups(c, "e", GROUPS)));
      assertEquals(turned(expected), database.call(c -> STORE.ofMembers(c, "e", PEOPLE)));
      assertEquals(
          Map.of("g", Set.copyOf(PEOPLE)), database.call(c -> STORE.ofGroups(c, "other", GROUPS)));
      database.run(c -> STORE.deleteAll(c, "e"));
      assertEquals(Map.of(), database.call(c -> STORE.ofGroups(c, "e", GROUPS)));
    }
  }

  private static Map<String, Set<String>> turned(Map<String, Set<String>> groups) {
    Function<String, Set<String>> none = key -> new HashSet<>();
    Map<String, Set<String>> turned = new HashMap<>();
    groups.forEach(
        (group, members) ->
            members.forEach(member -> turned.computeIfAbsent(member, none).add(group)));
    return turned;
  }
}
