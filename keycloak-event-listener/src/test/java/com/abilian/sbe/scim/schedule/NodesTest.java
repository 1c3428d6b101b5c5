package com.abilian.sbe.scim.schedule;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.abilian.sbe.scim.ManualClock;
import com.abilian.sbe.scim.schedule.Nodes.News;
import com.abilian.sbe.scim.store.NodeStore.Node;
import com.abilian.sbe.scim.store.Stores;
import com.abilian.sbe.scim.store.Tables;
import com.abilian.sbe.scim.store.TestDatabase;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class NodesTest {

  private static final News NONE = new News(false, false);

  private final TestDatabase database = new TestDatabase();
  private final Stores stores = Stores.of(database, new Tables(""));
  private final ManualClock clock = new ManualClock();
  private final Nodes older = new Nodes(stores, clock, "0.1.0", 1);
  private final Nodes newer = new Nodes(stores, clock, "0.2.0", 2);

  @AfterEach
  void close() throws SQLException {
    database.close();
  }

  private List<String> there() {
    return database.call(stores.nodes()::all).stream().map(Node::id).toList();
  }

  @Test
  void theNewerOneDeliversAsLongAsItIsThere() {
    older.hear();
    assertFalse(older.newerDelivers());
    newer.hear();
    assertFalse(newer.newerDelivers());
    assertTrue(newer.olderIsThere());
    assertEquals(NONE, older.hear());
    assertTrue(older.newerDelivers());
    newer.leave();
    assertEquals(new News(true, false), older.hear());
    assertFalse(older.newerDelivers());
    assertEquals(List.of(older.id()), there());
  }

  @Test
  void whoDiedIsTakenForEndedOnceItHasBeenSilentLongEnough() {
    newer.hear();
    older.hear();
    clock.advance(Nodes.SILENCE);
    assertEquals(NONE, older.hear());
    assertTrue(older.newerDelivers());
    clock.advance(Duration.ofSeconds(1));
    assertEquals(new News(true, false), older.hear());
    assertFalse(older.newerDelivers());
    assertEquals(List.of(older.id()), there());
  }

  @Test
  void whoIsHeardOfHasNotEndedHoweverLongItRuns() {
    newer.hear();
    for (int i = 0; i < 100; i++) {
      clock.advance(Duration.ofSeconds(59));
      assertEquals(NONE, newer.hear());
      assertEquals(NONE, older.hear());
      assertTrue(older.newerDelivers());
    }
  }

  @Test
  void clocksNeedNotAgree() {
    ManualClock elsewhere = new ManualClock();
    elsewhere.advance(Duration.ofDays(400));
    Nodes distant = new Nodes(stores, elsewhere, "0.2.0", 2);
    for (int i = 0; i < 3; i++) {
      assertEquals(NONE, distant.hear());
      assertEquals(NONE, older.hear());
      assertTrue(older.newerDelivers());
      clock.advance(Duration.ofSeconds(5));
    }
  }

  @Test
  void whoWasTakenForEndedLearnsItAndIsThereAgain() {
    newer.hear();
    older.hear();
    clock.advance(Nodes.SILENCE.plusSeconds(1));
    older.hear();
    assertEquals(new News(false, true), newer.hear());
    assertEquals(NONE, newer.hear());
    older.hear();
    assertTrue(older.newerDelivers());
  }

  @Test
  void nodesOfOneRevisionAllDeliver() {
    Nodes twin = new Nodes(stores, clock, "0.1.1", 1);
    older.hear();
    twin.hear();
    older.hear();
    assertFalse(older.newerDelivers() || twin.newerDelivers());
    assertFalse(older.olderIsThere() || twin.olderIsThere());
  }
}
