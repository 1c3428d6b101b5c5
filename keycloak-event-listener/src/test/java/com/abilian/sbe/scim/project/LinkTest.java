package com.abilian.sbe.scim.project;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import com.abilian.sbe.scim.project.Link.Pushed;
import com.abilian.sbe.scim.project.Link.Remote;
import org.junit.jupiter.api.Test;

class LinkTest {

  private static final Link THERE =
      Link.creating(ResourceType.USER, "u").pushed(new Remote("r-u", "W/1"), new Pushed("h"), 5);

  @Test
  void whatIsInDoubtKeepsAllButWhatTheReceiverHolds() {
    Link failed = THERE.failed(false, 20L, 10, true, 500, "error").inDoubt(9);
    assertEquals(Pushed.UNKNOWN, failed.pushed());
    assertEquals(THERE.remote(), failed.remote());
    assertEquals(new LinkFailure(1, 20L, 10L, 10L, 500, "error"), failed.failure());
    assertEquals(5, failed.lastOkAt());
  }

  @Test
  void firstFailureSaysSinceWhenTheReceiverLagsBehind() {
    Link twice =
        THERE.failed(false, 20L, 10, true, 500, "a").failed(true, null, 30, true, 400, "b");
    assertEquals(new LinkFailure(2, null, 10L, 10L, 400, "b"), twice.failure());
    assertEquals(LinkState.PARKED, twice.state());
  }

  @Test
  void alarmEndsOnceAccessIsTakenAway() {
    Link out = THERE.failed(true, 20L, 10, true, 400, "a").failed(true, 40L, 30, false, 400, "a");
    assertNull(out.failure().stillInSince());
    assertEquals(10, out.failure().dirtySince());
  }

  @Test
  void successForgetsFailures() {
    Link failed = THERE.failed(true, 20L, 10, true, 400, "a");
    assertEquals(LinkFailure.NONE, failed.pushed(failed.remote(), new Pushed("h"), 30).failure());
    assertEquals(LinkFailure.NONE, failed.unchanged().failure());
    assertEquals(LinkState.ACTIVE, failed.unchanged().state());
    assertEquals(5, failed.unchanged().lastOkAt());
  }

  @Test
  void resourceThatTheReceiverLostIsAskedForAtOnce() {
    Link lost = THERE.lost(9, 404);
    assertEquals(LinkState.CREATING, lost.state());
    assertEquals(Remote.UNKNOWN, lost.remote());
    assertEquals(new LinkFailure(1, 9L, 9L, null, 404, null), lost.failure());
    assertEquals(5, lost.lastOkAt());
  }

  @Test
  void stateOfANewerReleaseIsForeign() {
    assertEquals(LinkState.FOREIGN, LinkState.of("HELD"));
    assertEquals(LinkState.PARKED, LinkState.of("PARKED"));
  }
}
