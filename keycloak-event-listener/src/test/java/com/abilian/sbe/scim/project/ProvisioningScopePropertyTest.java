package com.abilian.sbe.scim.project;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.abilian.sbe.scim.project.ProvisioningScope.Leaving;
import com.abilian.sbe.scim.project.ProvisioningScope.Verdict;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

class ProvisioningScopePropertyTest {

  /** A chain of groups, each below the one before: a, b, c. */
  private static final List<String> CHAIN = List.of("a", "b", "c");

  private static final Set<String> ROLES = Set.of("p", "q");

  /** What a person has, and what a realm has lost. */
  private record Person(Set<String> groups, Set<String> roles, Set<String> values) {

    Map<String, List<String>> attributes() {
      Map<String, List<String>> attributes = new HashMap<>();
      values.forEach(value -> attributes.put("x", List.copyOf(values)));
      return attributes;
    }
  }

  private static Arbitrary<Set<String>> some(String... names) {
    return Arbitraries.of(names).set();
  }

  @Provide
  Arbitrary<ProvisioningScope> scopes() {
    return Combinators.combine(some("a", "b", "c"), some("p", "q"), some("1", "2"))
        .as(
            (groups, roles, values) ->
                new ProvisioningScope(
                    groups,
                    roles,
                    values.isEmpty() ? Map.of() : Map.of("x", values),
                    Set.of(),
                    Leaving.DEACTIVATE));
  }

  @Provide
  Arbitrary<Person> people() {
    return Combinators.combine(some("a", "b", "c"), some("p", "q", "r"), some("1", "2", "3"))
        .as(Person::new);
  }

  private static GroupTree tree(Set<String> without) {
    Map<String, GroupTree.Group> groups = new HashMap<>();
    String parent = " ";
    for (String id : CHAIN) {
      if (without.contains(id)) {
        break;
      }
      groups.put(id, new GroupTree.Group(id, id.toUpperCase(Locale.ROOT), parent));
      parent = id;
    }
    return new GroupTree(groups.values());
  }

  private static Verdict of(
      ProvisioningScope scope, GroupTree tree, Set<String> roles, Person has) {
    return scope.in(tree, roles).of(has.groups(), has.roles(), has.attributes());
  }

  @Property
  void isWhatItsDefinitionSays(
      @ForAll("scopes") ProvisioningScope scope, @ForAll("people") Person person) {
    boolean group =
        person.groups().stream()
            .anyMatch(
                id ->
                    CHAIN.subList(0, CHAIN.indexOf(id) + 1).stream()
                        .anyMatch(scope.groups()::contains));
    boolean role = person.roles().stream().anyMatch(scope.roles()::contains);
    Set<String> wanted = scope.attributes().getOrDefault("x", Set.of());
    boolean value = person.values().stream().anyMatch(wanted::contains);
    boolean in =
        (scope.groups().isEmpty() || group)
            && (scope.roles().isEmpty() || role)
            && (wanted.isEmpty() || value);
    assertEquals(in ? Verdict.IN : Verdict.OUT, of(scope, tree(Set.of()), ROLES, person));
  }

  @Property
  void whatTheRealmLosesBringsNobodyInAndPutsNobodyOut(
      @ForAll("scopes") ProvisioningScope scope,
      @ForAll("people") Person person,
      @ForAll("people") Person lost) {
    Set<String> gone = new HashSet<>(CHAIN);
    GroupTree less = tree(lost.groups());
    gone.removeAll(less.ids());
    Set<String> roles = new HashSet<>(ROLES);
    roles.removeAll(lost.roles());
    Person has =
        new Person(new HashSet<>(person.groups()), new HashSet<>(person.roles()), person.values());
    has.groups().removeAll(gone);
    has.roles().removeAll(lost.roles());

    Verdict before = of(scope, tree(Set.of()), ROLES, person);
    Verdict after = of(scope, less, roles, has);

    boolean named =
        scope.groups().stream().anyMatch(gone::contains)
            || scope.roles().stream().anyMatch(lost.roles()::contains);
    if (after == Verdict.UNKNOWN) {
      assertTrue(named, "nothing is missing");
    } else if (before == Verdict.OUT) {
      assertEquals(Verdict.OUT, after);
    }
    if (before == Verdict.IN && after == Verdict.OUT) {
      boolean lostRole = person.roles().stream().anyMatch(lost.roles()::contains);
      boolean lostGroup = person.groups().stream().anyMatch(gone::contains);
      assertTrue(lostRole || lostGroup, "left without having lost anything");
    }
  }

  @Property
  void oneMoreValueOfAKindThatIsAskedForPutsNobodyOut(
      @ForAll("scopes") ProvisioningScope scope, @ForAll("people") Person person) {
    Set<String> groups = new HashSet<>(scope.groups());
    if (groups.isEmpty() || of(scope, tree(Set.of()), ROLES, person) != Verdict.IN) {
      return;
    }
    groups.add("b");
    ProvisioningScope wider =
        new ProvisioningScope(
            groups, scope.roles(), scope.attributes(), scope.roots(), scope.leaving());
    assertEquals(Verdict.IN, of(wider, tree(Set.of()), ROLES, person));
  }
}
