package com.abilian.sbe.scim.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class LeaseStoreTest {

  private static final Duration LENGTH = Duration.ofSeconds(15);

  private final TestDatabase database = new TestDatabase();
  private final Stores stores = Stores.of(database, new Tables(""));
  private final LeaseStore leases = stores.leases();

  @BeforeEach
  void introduce() {
    database.run(c -> stores.endpoints().insert(c, "e", "r"));
  }

  @AfterEach
  void close() throws SQLException {
    database.close();
  }

  private OptionalLong take(String holder) {
    Map<String, Long> taken = database.call(c -> leases.take(c, List.of("e"), holder, LENGTH));
    Long fence = taken.get("e");
    return fence == null ? OptionalLong.empty() : OptionalLong.of(fence);
  }

  private void expire() {
    database.sql("UPDATE SBE_SCIM_ENDPOINT SET EXPIRES_AT = EXPIRES_AT - 15001");
  }

  private Transactions fenced(String holder, long fence) {
    return new FencedTransactions(database, leases, "e", holder, fence);
  }

  @Test
  void oneHasItUntilItExpires() {
    assertEquals(OptionalLong.of(1), take("a"));
    assertEquals(OptionalLong.empty(), take("b"));
    expire();
    assertEquals(OptionalLong.of(2), take("b"));
    assertEquals(OptionalLong.empty(), take("a"));
  }

  @Test
  void whoRenewsItKeepsItsFenceAlsoAfterwards() {
    assertEquals(OptionalLong.of(1), take("a"));
    assertEquals(OptionalLong.of(1), take("a"));
    expire();
    assertEquals(OptionalLong.of(1), take("a"), "nobody else had it");
  }

  @Test
  void itExpiresByTheClockOfTheDatabase() {
    take("a");
    long left =
        database.call(
            c ->
                Sql.query(
                        c,
                        "SELECT EXPIRES_AT FROM SBE_SCIM_ENDPOINT",
                        row -> row.getLong(1) - System.currentTimeMillis())
                    .get(0));
    assertTrue(left > 14_000 && left < 16_000, "left: " + left);
  }

  @Test
  void whatIsGivenBackIsTakenAtOnce() {
    take("a");
    database.run(c -> leases.release(c, "e", "b"));
    assertEquals(OptionalLong.empty(), take("b"), "only its holder gives it back");
    database.run(c -> leases.release(c, "e", "a"));
    assertEquals(OptionalLong.of(2), take("b"));
    expire();
    assertEquals(OptionalLong.of(3), take("a"), "never the fence of before");
  }

  @Test
  void endpointWithoutARowHasNoLease() {
    assertEquals(Map.of(), database.call(c -> leases.take(c, List.of("no"), "a", LENGTH)));
  }

  @Test
  void holderChangesRowsAndWhoLostTheLeaseChangesNone() {
    Transactions before = fenced("a", take("a").orElseThrow());
    before.change("e", c -> stores.endpoints().delivered(c, "e", 7));
    expire();
    // Expired, but nobody took it: nobody else delivers.
    before.change("e", c -> stores.endpoints().delivered(c, "e", 7));
    take("b");
    assertThrows(
        LeaseLostException.class,
        () -> before.change("e", c -> stores.endpoints().delivered(c, "e", 8)));
    assertEquals(7L, database.call(c -> stores.endpoints().find(c, "e")).orElseThrow().lastOkAt());
  }

  @Test
  void fenceOfAnEarlierTimeIsNoneAnyMore() {
    Transactions before = fenced("a", take("a").orElseThrow());
    expire();
    take("b");
    database.run(c -> leases.release(c, "e", "b"));
    take("a");
    assertThrows(LeaseLostException.class, () -> before.change("e", c -> {}));
    assertThrows(IllegalArgumentException.class, () -> before.change("other", c -> {}));
  }

  @Test
  void holderSeesMarksWhoeverMadeThem() {
    take("a");
    assertEquals(List.of(), database.call(c -> leases.marked(c, "a")));
    Mark mark = Mark.of("r", "e", Mark.Priority.LIVE, MarkKind.USER, "u", null, "TEST");
    database.run(c -> stores.marks().insert(c, List.of(mark)));
    assertEquals(List.of("e"), database.call(c -> leases.marked(c, "a")));
    assertEquals(List.of(), database.call(c -> leases.marked(c, "b")));
  }

  /** As it is while the node that delivers stores what came of a round. */
  @Test
  void nobodyWaitsForAnEndpointThatIsBeingWritten() throws Exception {
    database.run(c -> stores.endpoints().insert(c, "other", "r"));
    List<String> both = List.of("e", "other");
    assertEquals(
        Map.of("e", 1L, "other", 1L), database.call(c -> leases.take(c, both, "a", LENGTH)));
    try (Connection elsewhere = database.another()) {
      elsewhere.setAutoCommit(false);
      assertTrue(leases.keep(elsewhere, "e", "a", 1));
      assertEquals(Map.of("other", 1L), database.call(c -> leases.take(c, both, "a", LENGTH)));
      assertEquals(Map.of("e", 1L, "other", 1L), database.call(c -> leases.held(c, both, "a")));
      database.sql("UPDATE SBE_SCIM_ENDPOINT SET EXPIRES_AT = 0 WHERE ENDPOINT_ID = 'other'");
      assertEquals(Map.of("other", 2L), database.call(c -> leases.take(c, both, "b", LENGTH)));
      elsewhere.rollback();
    }
    assertEquals(Map.of("e", 1L), database.call(c -> leases.take(c, both, "a", LENGTH)));
  }
}
