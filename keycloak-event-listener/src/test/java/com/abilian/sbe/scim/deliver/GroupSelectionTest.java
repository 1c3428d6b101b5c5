package com.abilian.sbe.scim.deliver;

import static com.abilian.sbe.scim.deliver.BatchTest.batch;
import static com.abilian.sbe.scim.deliver.BatchTest.mark;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.abilian.sbe.scim.project.GroupTree;
import com.abilian.sbe.scim.project.Link;
import com.abilian.sbe.scim.project.LinkFailure;
import com.abilian.sbe.scim.project.LinkState;
import com.abilian.sbe.scim.project.RealmScope;
import com.abilian.sbe.scim.project.ResourceType;
import com.abilian.sbe.scim.store.Mark;
import com.abilian.sbe.scim.store.MarkKind;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class GroupSelectionTest {

  private static final GroupTree TREE =
      new GroupTree(
          List.of(new GroupTree.Group("g", "G", " "), new GroupTree.Group("sub", "S", "g")));

  private static Link linked(String id) {
    return Link.creating(ResourceType.GROUP, id)
        .pushed(new Link.Remote("r-" + id, null), new Link.Pushed("h"), 1);
  }

  private static Link foreign(String id) {
    return new Link(
        ResourceType.GROUP,
        id,
        LinkState.FOREIGN,
        new Link.Remote("r-" + id, null),
        Link.Pushed.UNKNOWN,
        LinkFailure.NONE,
        null,
        null);
  }

  private static Map<String, Link> links(Link... links) {
    Map<String, Link> found = new HashMap<>();
    List.of(links).forEach(link -> found.put(link.resourceId(), link));
    return found;
  }

  private static GroupSelection select(Batch batch, Link... links) {
    return GroupSelection.of(batch, TREE, links(links), RealmScope.ALL, 50, 1);
  }

  @Test
  void markOfATreeIsATaskForEveryGroupBelow() {
    Mark tree = mark(MarkKind.GROUP_TREE, "g", null);
    GroupSelection selection = select(batch(tree), linked("g"), linked("sub"));
    assertEquals(Set.of("g", "sub"), selection.tasks().keySet());
    assertEquals(Set.of(tree.id()), selection.tasks().get("sub").marks());
    assertFalse(selection.tasks().get("sub").whole());
    assertEquals(Set.of(), selection.nothingToDo());
  }

  @Test
  void goneTreeIsATaskForAllThatTheReceiverStillHas() {
    GroupSelection selection =
        select(
            batch(mark(MarkKind.GROUP_TREE, "gone", null)),
            linked("g"),
            linked("gone"),
            linked("below"));
    assertEquals(Set.of("gone", "below"), selection.tasks().keySet());
  }

  @Test
  void goneTreeThatWasNeverSentNeedsNothing() {
    Mark tree = mark(MarkKind.GROUP_TREE, "gone", null);
    GroupSelection selection = select(batch(tree), linked("g"));
    assertTrue(selection.tasks().isEmpty());
    assertEquals(Set.of(tree.id()), selection.nothingToDo());
  }

  @Test
  void onlySoManyGroupsAreSentWholeAtOnceAndTheOthersKeepTheirMarks() {
    Mark waiting = mark(MarkKind.GROUP, "sub", null);
    Batch batch = batch(mark(MarkKind.GROUP, "a", null), mark(MarkKind.MEMBER, "g", "u"), waiting);
    GroupSelection selection =
        GroupSelection.of(
            batch, TREE, links(linked("a"), linked("g"), linked("sub")), RealmScope.ALL, 1, 1);
    assertEquals(Set.of("a", "g"), selection.tasks().keySet());
    assertEquals(Set.of(waiting.id()), selection.deferred());
    assertEquals(Set.of(), selection.nothingToDo());
  }

  @Test
  void groupThatTheReceiverDoesNotHaveIsSentWhole() {
    Batch batch = batch(mark(MarkKind.MEMBER, "g", "u"));
    assertTrue(select(batch).tasks().get("g").whole());
    assertFalse(select(batch, linked("g")).tasks().get("g").whole());
  }

  @Test
  void groupThatANewerReleaseHoldsIsLeftAlone() {
    Mark alone = mark(MarkKind.MEMBER, "sub", "u");
    Mark shared = mark(MarkKind.GROUP_TREE, "g", null);
    GroupSelection selection = select(batch(alone, shared), linked("g"), foreign("sub"));
    assertEquals(Set.of("g"), selection.tasks().keySet());
    assertEquals(Set.of(alone.id()), selection.nothingToDo());
  }

  @Test
  void batchIsNotChangedByTheSelection() {
    Batch batch = batch(mark(MarkKind.GROUP_TREE, "g", null), mark(MarkKind.MEMBER, "sub", "u"));
    select(batch, foreign("sub"));
    assertEquals(Set.of("sub"), batch.groups().keySet());
    assertFalse(batch.groups().get("sub").whole());
    assertEquals(1, batch.trees().size());
  }
}
