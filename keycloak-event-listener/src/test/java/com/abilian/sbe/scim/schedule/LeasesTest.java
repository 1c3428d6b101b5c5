package com.abilian.sbe.scim.schedule;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.abilian.sbe.scim.store.Stores;
import com.abilian.sbe.scim.store.Tables;
import com.abilian.sbe.scim.store.TestDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class LeasesTest {

  private final TestDatabase database = new TestDatabase();
  private final Stores stores = Stores.of(database, new Tables(""));
  private final AtomicLong nanos = new AtomicLong();
  private int changes;
  private final Leases here = new Leases(stores, "here", nanos::get, () -> changes++);
  private final Leases there = new Leases(stores, "there", nanos::get, () -> {});

  @BeforeEach
  void introduce() {
    database.run(c -> stores.endpoints().insert(c, "e", "r"));
  }

  @AfterEach
  void close() throws SQLException {
    database.close();
  }

  private void pass(Duration time) {
    nanos.addAndGet(time.toNanos());
    database.sql("UPDATE SBE_SCIM_ENDPOINT SET EXPIRES_AT = EXPIRES_AT - " + time.toMillis());
  }

  @Test
  void whoComesFirstDelivers() {
    here.want("e");
    there.want("e");
    assertNotNull(here.of("e"));
    assertNull(there.of("e"));
    assertEquals(1, changes);
  }

  @Test
  void leaseThatIsRenewedStaysTheSame() {
    here.want("e");
    there.want("e");
    Lease lease = here.of("e");
    for (int second = 0; second < 60; second++) {
      pass(Leases.TICK);
      here.tick();
      there.tick();
      assertTrue(lease.allowsRequest());
    }
    assertSame(lease, here.of("e"));
    assertEquals(1, changes);
  }

  @Test
  void whoDoesNotRenewItSendsNothingLongBeforeAnotherTakesIt() {
    here.want("e");
    there.want("e");
    Lease lease = here.of("e");
    int silent = 0;
    int taken = 0;
    for (int second = 1; taken == 0; second++) {
      pass(Leases.TICK);
      there.tick();
      silent = silent == 0 && !lease.allowsRequest() ? second : silent;
      taken = there.of("e") == null ? 0 : second;
    }
    assertEquals(7, silent, "a request of eight seconds ends within the fifteen");
    assertTrue(taken == 15 || taken == 16, "taken after " + taken);
    here.tick();
    assertNull(here.of("e"));
    assertTrue(lease.isLost());
    assertEquals(2, changes);
  }

  @Test
  void leaseThatWasLostMeanwhileIsAnother() {
    here.want("e");
    Lease lease = here.of("e");
    pass(Duration.ofSeconds(16));
    there.want("e");
    there.leave(Set.of());
    here.tick();
    assertTrue(lease.isLost());
    assertNotSame(lease, here.of("e"));
    assertTrue(here.of("e").fence() > lease.fence());
  }

  @Test
  void cleanEndGivesItToAnotherAtOnceSaveWhereARequestIsInFlight() {
    database.run(c -> stores.endpoints().insert(c, "busy", "r"));
    here.want("e");
    here.want("busy");
    here.leave(Set.of("busy"));
    there.want("e");
    there.want("busy");
    assertNotNull(there.of("e"));
    assertNull(there.of("busy"));
    here.tick();
    assertNull(here.of("e"), "it is not asked for any more");
    assertFalse(here.isWanted("busy"));
  }

  /** A transaction of the largest realm may take longer than a lease lasts. */
  @Test
  void leaseWhoseRowIsBeingWrittenIsKeptAndTheOthersAreRenewed() throws SQLException {
    database.run(c -> stores.endpoints().insert(c, "busy", "r"));
    here.want("e");
    here.want("busy");
    Lease busy = here.of("busy");
    Duration second = Duration.ofSeconds(1);
    try (Connection writer = database.another();
        Statement statement = writer.createStatement()) {
      writer.setAutoCommit(false);
      statement.execute("UPDATE SBE_SCIM_ENDPOINT SET REASON = 'x' WHERE ENDPOINT_ID = 'busy'");
      nanos.addAndGet(Duration.ofSeconds(5).toNanos());
      here.tick();
      assertFalse(here.of("e").isOlderThan(second));
      assertSame(busy, here.of("busy"));
      assertTrue(busy.isOlderThan(second));
      writer.commit();
    }
    here.tick();
    assertFalse(busy.isOlderThan(second));
    assertSame(busy, here.of("busy"));
  }
}
