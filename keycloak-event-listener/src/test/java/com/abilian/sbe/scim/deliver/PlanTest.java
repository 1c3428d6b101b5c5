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

class PlanTest {

  private static final GroupTree TREE =
      new GroupTree(
          List.of(new GroupTree.Group("g", "G", " "), new GroupTree.Group("sub", "S", "g")));

  private static Mark mark(MarkKind kind, String id, String member) {
    return Mark.of("r", "e", Mark.Priority.LIVE, kind, id, member, "TEST");
  }

  private static Plan plan(Mark... marks) {
    return new Plan(List.of(marks), List.of());
  }

  @Test
  void manyMarksOfOnePersonAreOnePieceOfWork() {
    Mark first = mark(MarkKind.USER, "u", null);
    Mark second = mark(MarkKind.USER, "u", null);
    Plan plan = plan(first, second);
    assertEquals(Set.of("u"), plan.users().keySet());
    assertEquals(Set.of(first.id(), second.id()), plan.users().get("u").marks());
    assertEquals(first.createdAt(), plan.users().get("u").since(Long.MAX_VALUE));
  }

  @Test
  void joinsAndLeavesOfOneGroupAreOnePieceOfWork() {
    Plan plan =
        plan(
            mark(MarkKind.MEMBER, "g", "u1"),
            mark(MarkKind.MEMBER, "g", "u2"),
            mark(MarkKind.MEMBER, "g", "u1"));
    assertEquals(Set.of("u1", "u2"), plan.groups().get("g").members());
    assertFalse(plan.groups().get("g").whole());
    assertTrue(plan.users().isEmpty());
  }

  @Test
  void treeIsWorkOnEverythingBelow() {
    Mark tree = mark(MarkKind.GROUP_TREE, "g", null);
    Plan plan = plan(tree);
    plan.expand(TREE, Set.of("g", "sub"));
    assertEquals(Set.of("g", "sub"), plan.groups().keySet());
    assertEquals(Set.of(tree.id()), plan.groups().get("sub").marks());
    assertFalse(plan.groups().get("sub").whole());
  }

  @Test
  void goneTreeIsWorkOnWhatTheReceiverStillHas() {
    Plan plan = plan(mark(MarkKind.GROUP_TREE, "gone", null));
    plan.expand(TREE, Set.of("g", "gone", "below"));
    assertEquals(Set.of("gone", "below"), plan.groups().keySet());
  }

  @Test
  void goneTreeThatWasNeverSentIsSettled() {
    Mark tree = mark(MarkKind.GROUP_TREE, "gone", null);
    Plan plan = plan(tree);
    plan.expand(TREE, Set.of("g"));
    assertTrue(plan.groups().isEmpty());
    assertEquals(Set.of(tree.id()), plan.settled());
  }

  @Test
  void dueGroupIsComparedWhole() {
    Plan plan =
        new Plan(
            List.of(),
            List.of(Link.creating(ResourceType.GROUP, "g"), Link.creating(ResourceType.USER, "u")));
    assertTrue(plan.groups().get("g").whole());
    assertEquals(Set.of("u"), plan.users().keySet());
  }

  @Test
  void rolesNeedNothingYet() {
    Mark role = mark(MarkKind.ROLE, "r", null);
    Plan plan = plan(role);
    assertEquals(Set.of(role.id()), plan.settled());
    assertFalse(plan.isEmpty());
    assertTrue(plan().isEmpty());
  }

  @Test
  void onlySoManyGroupsArePushedWholeAtOnce() {
    Plan plan =
        plan(
            mark(MarkKind.GROUP, "a", null),
            mark(MarkKind.MEMBER, "b", "u"),
            mark(MarkKind.GROUP, "c", null));
    Set<String> waiting = Set.copyOf(plan.groups().get("c").marks());
    plan.limitWholeGroups(1);
    assertEquals(Set.of("a", "b"), plan.groups().keySet());
    assertEquals(waiting, plan.deferred());
  }

  @Test
  void idsOfMarksSortInTheOrderInWhichTheyWereMade() {
    List<String> ids =
        IntStream.range(0, 20_000).mapToObj(i -> mark(MarkKind.USER, "u", null).id()).toList();
    assertEquals(ids.stream().sorted().toList(), ids);
    assertEquals(20_000, Set.copyOf(ids).size());
  }
}
