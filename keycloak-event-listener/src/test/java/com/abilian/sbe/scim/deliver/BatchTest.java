package com.abilian.sbe.scim.deliver;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.abilian.sbe.scim.project.GroupTree;
import com.abilian.sbe.scim.project.ResourceType;
import com.abilian.sbe.scim.store.Link;
import com.abilian.sbe.scim.store.Mark;
import com.abilian.sbe.scim.store.MarkKind;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class BatchTest {

  private static final GroupTree TREE =
      new GroupTree(
          List.of(new GroupTree.Group("g", "G", " "), new GroupTree.Group("sub", "S", "g")));

  private static Mark mark(MarkKind kind, String id, String member) {
    return Mark.of("r", "e", Mark.Priority.LIVE, kind, id, member, "TEST");
  }

  private static Batch batch(Mark... marks) {
    return new Batch(List.of(marks), List.of());
  }

  @Test
  void manyMarksOfOnePersonAreOneTask() {
    Mark first = mark(MarkKind.USER, "u", null);
    Mark second = mark(MarkKind.USER, "u", null);
    Batch batch = batch(first, second);
    assertEquals(Set.of("u"), batch.users().keySet());
    assertEquals(Set.of(first.id(), second.id()), batch.users().get("u").marks());
    assertEquals(first.createdAt(), batch.users().get("u").since(Long.MAX_VALUE));
  }

  @Test
  void joinsAndLeavesOfOneGroupAreOneTask() {
    Batch batch =
        batch(
            mark(MarkKind.MEMBER, "g", "u1"),
            mark(MarkKind.MEMBER, "g", "u2"),
            mark(MarkKind.MEMBER, "g", "u1"));
    assertEquals(Set.of("u1", "u2"), batch.groups().get("g").members());
    assertFalse(batch.groups().get("g").whole());
    assertTrue(batch.users().isEmpty());
  }

  @Test
  void treeIsWorkOnEverythingBelow() {
    Mark tree = mark(MarkKind.GROUP_TREE, "g", null);
    Batch batch = batch(tree);
    batch.expand(TREE, Set.of("g", "sub"));
    assertEquals(Set.of("g", "sub"), batch.groups().keySet());
    assertEquals(Set.of(tree.id()), batch.groups().get("sub").marks());
    assertFalse(batch.groups().get("sub").whole());
  }

  @Test
  void goneTreeIsWorkOnWhatTheReceiverStillHas() {
    Batch batch = batch(mark(MarkKind.GROUP_TREE, "gone", null));
    batch.expand(TREE, Set.of("g", "gone", "below"));
    assertEquals(Set.of("gone", "below"), batch.groups().keySet());
  }

  @Test
  void goneTreeThatWasNeverSentIsSettled() {
    Mark tree = mark(MarkKind.GROUP_TREE, "gone", null);
    Batch batch = batch(tree);
    batch.expand(TREE, Set.of("g"));
    assertTrue(batch.groups().isEmpty());
    assertEquals(Set.of(tree.id()), batch.nothingToDo());
  }

  @Test
  void dueGroupIsComparedWhole() {
    Batch batch =
        new Batch(
            List.of(),
            List.of(Link.creating(ResourceType.GROUP, "g"), Link.creating(ResourceType.USER, "u")));
    assertTrue(batch.groups().get("g").whole());
    assertEquals(Set.of("u"), batch.users().keySet());
  }

  @Test
  void rolesNeedNothingYet() {
    Mark role = mark(MarkKind.ROLE, "r", null);
    Batch batch = batch(role);
    assertEquals(Set.of(role.id()), batch.nothingToDo());
    assertFalse(batch.isEmpty());
    assertTrue(batch().isEmpty());
  }

  @Test
  void onlySoManyGroupsArePushedWholeAtOnce() {
    Batch batch =
        batch(
            mark(MarkKind.GROUP, "a", null),
            mark(MarkKind.MEMBER, "b", "u"),
            mark(MarkKind.GROUP, "c", null));
    Set<String> waiting = Set.copyOf(batch.groups().get("c").marks());
    batch.limitWholeGroups(1);
    assertEquals(Set.of("a", "b"), batch.groups().keySet());
    assertEquals(waiting, batch.deferred());
  }

  @Test
  void idsOfMarksSortInTheOrderInWhichTheyWereMade() {
    List<String> ids =
        IntStream.range(0, 20_000).mapToObj(i -> mark(MarkKind.USER, "u", null).id()).toList();
    assertEquals(ids.stream().sorted().toList(), ids);
    assertEquals(20_000, Set.copyOf(ids).size());
  }
}
