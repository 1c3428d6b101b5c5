package com.abilian.sbe.scim.project;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.abilian.sbe.scim.project.GroupTree.Group;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class GroupTreeTest {

  @Test
  void groupBelowAndGroupWithASlashInItsNameHaveTwoPaths() {
    GroupTree tree =
        new GroupTree(
            List.of(
                new Group("a", "a", " "), new Group("b", "b", "a"), new Group("ab", "a/b", " ")));
    assertEquals("a/b", tree.path("b"));
    assertEquals("a~/b", tree.path("ab"));
  }

  @Test
  void noTwoPathsAreTheSameWhateverTheNamesHold() {
    List<String> names =
        List.of("", "/", "~", "~/", "/~", "~~", "a", "a/", "/a", "~a", "a~", "a~/");
    List<Group> groups = new ArrayList<>();
    for (String top : names) {
      groups.add(new Group("t" + top, top, " "));
      names.forEach(below -> groups.add(new Group("b" + top + "|" + below, below, "t" + top)));
    }
    GroupTree tree = new GroupTree(groups);
    Set<String> paths = new HashSet<>();
    tree.ids().forEach(id -> paths.add(tree.path(id)));
    assertEquals(groups.size(), paths.size());
  }
}
