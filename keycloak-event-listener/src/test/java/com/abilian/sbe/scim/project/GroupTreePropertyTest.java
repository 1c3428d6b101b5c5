package com.abilian.sbe.scim.project;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.abilian.sbe.scim.project.GroupTree.Group;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

class GroupTreePropertyTest {

  private static final String TOP = " ";

  /** What a group is called, and which of those before it is its parent. */
  private record Seed(String name, int parent) {}

  /** Trees in which siblings have different names, as Keycloak ensures. */
  @Provide
  Arbitrary<List<Group>> groups() {
    Arbitrary<String> names =
        Arbitraries.strings().withChars('a', '/', '~', ' ').ofMinLength(1).ofMaxLength(3);
    Arbitrary<Integer> parents = Arbitraries.integers().between(-1, 12);
    return Combinators.combine(names, parents)
        .as(Seed::new)
        .list()
        .ofMaxSize(14)
        .map(GroupTreePropertyTest::tree);
  }

  private static List<Group> tree(List<Seed> seeds) {
    List<Group> groups = new ArrayList<>();
    Set<List<String>> siblings = new HashSet<>();
    for (Seed seed : seeds) {
      String parent = seed.parent() < 0 || groups.isEmpty() ? TOP : ancestor(groups, seed.parent());
      if (siblings.add(List.of(parent, seed.name()))) {
        groups.add(new Group("g" + groups.size(), seed.name(), parent));
      }
    }
    return groups;
  }

  private static String ancestor(List<Group> groups, int number) {
    return groups.get(number % groups.size()).id();
  }

  @Property
  void noTwoGroupsShareAPath(@ForAll("groups") List<Group> groups) {
    GroupTree tree = new GroupTree(groups);
    Map<String, String> owners = new HashMap<>();
    for (Group group : groups) {
      String other = owners.put(tree.path(group.id()), group.id());
      assertEquals(null, other, () -> "the same path as " + group.id());
    }
  }

  @Property
  void pathSaysEveryNameFromTheTop(@ForAll("groups") List<Group> groups) {
    GroupTree tree = new GroupTree(groups);
    Map<String, Group> byId = new HashMap<>();
    groups.forEach(group -> byId.put(group.id(), group));
    for (Group group : groups) {
      List<String> names = new ArrayList<>();
      for (Group at = group; at != null; at = byId.get(at.parent())) {
        names.add(0, at.name());
      }
      assertEquals(names, readBack(tree.path(group.id())));
    }
  }

  @Property
  void aGroupIsFoundByItsPathAndByItsId(@ForAll("groups") List<Group> groups) {
    GroupTree tree = new GroupTree(groups);
    for (Group group : groups) {
      assertEquals(Optional.of(group.id()), tree.find(tree.path(group.id())));
      assertEquals(Optional.of(group.id()), tree.find(group.id()));
      assertEquals(Optional.empty(), tree.find(tree.path(group.id()) + "/no-such-group"));
    }
  }

  /** The names of a path, by its grammar alone. */
  private static List<String> readBack(String path) {
    List<String> names = new ArrayList<>();
    StringBuilder name = new StringBuilder();
    for (int i = 0; i < path.length(); i++) {
      char c = path.charAt(i);
      if (c == '/') {
        names.add(name.toString());
        name.setLength(0);
      } else {
        name.append(c == '~' ? path.charAt(++i) : c);
      }
    }
    names.add(name.toString());
    return names;
  }

  @Property
  void subtreeIsTheGroupAndWhoeverHasItAboveParentsFirst(@ForAll("groups") List<Group> groups) {
    GroupTree tree = new GroupTree(groups);
    for (Group top : groups) {
      List<String> found = tree.subtree(top.id());
      Set<String> expected = new HashSet<>(Set.of(top.id()));
      // Parents come before their children in the list.
      groups.stream()
          .filter(group -> expected.contains(group.parent()))
          .forEach(group -> expected.add(group.id()));
      assertEquals(expected, new HashSet<>(found));
      assertEquals(expected.size(), found.size());
      for (Group group : groups) {
        if (found.contains(group.id()) && found.contains(group.parent())) {
          assertTrue(found.indexOf(group.parent()) < found.indexOf(group.id()));
        }
      }
    }
  }

  @Property
  void cycleInTheTableEndsAllTheSame(@ForAll("groups") List<Group> groups) {
    List<Group> ring = new ArrayList<>(groups);
    ring.replaceAll(
        group ->
            group.parent().equals(TOP)
                ? new Group(group.id(), group.name(), "g" + (groups.size() - 1))
                : group);
    GroupTree tree = new GroupTree(ring);
    for (Group group : ring) {
      assertTrue(!tree.path(group.id()).isEmpty());
      assertTrue(tree.subtree(group.id()).size() <= ring.size());
    }
  }
}
