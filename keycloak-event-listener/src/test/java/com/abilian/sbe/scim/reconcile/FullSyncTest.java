package com.abilian.sbe.scim.reconcile;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.abilian.sbe.scim.deliver.DeliveryFixture;
import com.abilian.sbe.scim.project.AttributeMapping;
import com.abilian.sbe.scim.project.ResourceType;
import com.abilian.sbe.scim.project.UserMapping;
import com.abilian.sbe.scim.store.Mark;
import com.abilian.sbe.scim.store.MarkKind;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class FullSyncTest extends DeliveryFixture {

  private FullSync sync;

  @BeforeEach
  void people() {
    sync =
        new FullSync(
            stores, endpoint(UserMapping.of(AttributeMapping.parse(AttributeMapping.DEFAULT))));
    database.group("g", "G", " ");
    IntStream.range(0, 2100).forEach(i -> database.user("u%04d".formatted(i), "u" + i));
  }

  private void plan() {
    database.run(c -> sync.plan(c, "TEST"));
  }

  private List<Mark> syncs() {
    return database.call(c -> stores.marks().fullSyncs(c, "e"));
  }

  /** As a round does: the ids that it looked at, in their order. */
  private List<String> round() {
    List<Mark> read = database.call(c -> stores.marks().first(c, "e", 500));
    List<Mark> seen = read.stream().filter(mark -> mark.kind() != MarkKind.REALM).toList();
    List<Mark> syncs = read.stream().filter(mark -> mark.kind() == MarkKind.REALM).toList();
    database.run(
        c -> {
          stores.marks().delete(c, seen.stream().map(Mark::id).toList());
          if (!syncs.isEmpty()) {
            sync.step(c, syncs);
          }
        });
    return seen.stream().map(Mark::resourceId).toList();
  }

  private List<String> drained() {
    List<String> seen = new ArrayList<>();
    int rounds = 0;
    while (marks() > 0) {
      seen.addAll(round());
      assertTrue(++rounds < 100, "it never ends");
    }
    return seen;
  }

  @Test
  void looksAtEverybodyOncePageByPage() {
    plan();
    round();
    assertEquals(List.of("u1999"), syncs().stream().map(Mark::resourceId).toList());
    assertEquals(2001, marks());
    List<String> seen = drained();
    assertEquals(2101, seen.size());
    assertEquals(2101, new HashSet<>(seen).size());
    assertEquals("g", seen.get(2100));
  }

  @Test
  void whoIsGoneComesFirst() {
    linked(ResourceType.USER, "z");
    linked(ResourceType.GROUP, "y");
    plan();
    assertEquals(List.of("z", "y", "u0000"), drained().subList(0, 3));
  }

  @Test
  void oneIsUnderWayHoweverManyAreAskedFor() {
    plan();
    plan();
    round();
    for (int i = 0; i < 4; i++) {
      plan();
      round();
      assertTrue(marks() < 2500, "pages pile up");
    }
    assertEquals(2, syncs().size());
    List<String> seen = drained();
    assertEquals(2, Collections.frequency(seen, "u2099"));
    assertEquals(2, Collections.frequency(seen, "g"));
  }

  @Test
  void manyThatWereMarkedByThemselvesAreOneMoreAndHoldUpNothing() {
    plan();
    round();
    IntStream.range(0, 700).forEach(i -> mark(Mark.Priority.FULL_SYNC, MarkKind.REALM, "", null));
    List<String> seen = drained();
    assertEquals(2, Collections.frequency(seen, "u2099"));
  }

  @Test
  void oneThatTwoNodesTookAStepOfGoesOnAsOne() {
    plan();
    round();
    mark(Mark.Priority.FULL_SYNC, MarkKind.REALM, syncs().get(0).resourceId(), null);
    assertEquals(1, Collections.frequency(drained(), "u2099"));
  }
}
