package com.abilian.sbe.scim.deliver;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.abilian.sbe.scim.project.Link;
import com.abilian.sbe.scim.project.ResourceType;
import com.abilian.sbe.scim.store.Mark;
import com.abilian.sbe.scim.store.MarkKind;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class BatchTest {

  static Mark mark(MarkKind kind, String id, String member) {
    return Mark.of("r", "e", Mark.Priority.LIVE, kind, id, member, "TEST");
  }

  static Batch batch(Mark... marks) {
    return Batch.of(List.of(marks), List.of(), false);
  }

  @Test
  void manyMarksOfOneUserAreOneTask() {
    Mark first = mark(MarkKind.USER, "u", null);
    Mark second = mark(MarkKind.USER, "u", null);
    Batch batch = batch(first, second);
    assertEquals(Set.of("u"), batch.users().keySet());
    assertEquals(Set.of(first.id(), second.id()), batch.users().get("u").marks());
    assertEquals(first.createdAt(), batch.users().get("u").waitsSince(Long.MAX_VALUE));
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
  void membershipAsksForThePersonTooWhereItMayDecideWhoIsInScope() {
    Mark join = mark(MarkKind.MEMBER, "g", "u1");
    Mark user = mark(MarkKind.USER, "u1", null);
    Batch batch = Batch.of(List.of(join, user), List.of(), true);
    assertEquals(Set.of("u1"), batch.users().keySet());
    assertEquals(Set.of(user.id()), batch.users().get("u1").marks(), "the mark is the group's");
    assertEquals(Set.of(join.id()), batch.groups().get("g").marks());
    assertEquals(join.createdAt(), batch.users().get("u1").waitsSince(Long.MAX_VALUE));
  }

  @Test
  void groupThatIsMarkedItselfIsSentWholeWhateverElseIsMarked() {
    Batch batch =
        batch(
            mark(MarkKind.MEMBER, "g", "u1"),
            mark(MarkKind.GROUP, "g", null),
            mark(MarkKind.MEMBER, "g", "u2"));
    assertTrue(batch.groups().get("g").whole());
    assertEquals(3, batch.groups().get("g").marks().size());
  }

  @Test
  void dueGroupIsSentWhole() {
    Batch batch =
        Batch.of(
            List.of(),
            List.of(Link.creating(ResourceType.GROUP, "g"), Link.creating(ResourceType.USER, "u")),
            false);
    assertTrue(batch.groups().get("g").whole());
    assertEquals(Set.of("u"), batch.users().keySet());
  }

  @Test
  void retryThatNoMarkAsksForWaitsSinceItFails() {
    assertEquals(7, Task.DUE.waitsSince(7));
  }

  @Test
  void rolesAloneAreABatch() {
    Mark roles = mark(MarkKind.ROLES, "", null);
    Batch batch = batch(roles);
    assertEquals(List.of(roles), batch.roles());
    assertFalse(batch.isEmpty());
    assertTrue(batch().isEmpty());
  }

  @Test
  void usersAreTakenInTheOrderOfTheirMarks() {
    Batch batch =
        batch(
            mark(MarkKind.USER, "z", null),
            mark(MarkKind.USER, "a", null),
            mark(MarkKind.USER, "z", null));
    assertEquals(List.of("z", "a"), List.copyOf(batch.users().keySet()));
  }

  @Test
  void idsOfMarksSortInTheOrderInWhichTheyWereMade() {
    List<String> ids =
        IntStream.range(0, 20_000).mapToObj(i -> mark(MarkKind.USER, "u", null).id()).toList();
    assertEquals(ids.stream().sorted().toList(), ids);
    assertEquals(20_000, Set.copyOf(ids).size());
  }
}
