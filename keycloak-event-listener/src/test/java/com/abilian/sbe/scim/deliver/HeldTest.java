package com.abilian.sbe.scim.deliver;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.abilian.sbe.scim.project.Link;
import com.abilian.sbe.scim.project.ResourceType;
import com.abilian.sbe.scim.store.EndpointStore.State;
import com.abilian.sbe.scim.store.MarkKind;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A 503 that says that it holds a loss is about that resource alone. */
class HeldTest extends DeliveryFixture {

  private static final String HELD = "503 {'status':'503','reason':'held','detail':'too many'}";

  private final ReceiverModel model = new ReceiverModel();

  /** Holds who is disabled, removed or taken out of a group. */
  @BeforeEach
  void hold() {
    receiver.otherwise(
        request -> {
          String body = String.valueOf(request.body());
          boolean loss =
              request.method().equals("DELETE")
                  || body.contains("\"active\":false")
                  || body.contains("\"remove\"");
          return loss ? HELD : model.apply(request);
        });
  }

  private void member(String id) {
    database.user(id, id);
    linked(ResourceType.USER, id);
    model.putUser("r-" + id, id);
  }

  private void disable(String id) {
    database.sql("UPDATE USER_ENTITY SET ENABLED = FALSE WHERE ID = '" + id + "'");
    mark(MarkKind.USER, id, null);
  }

  private boolean active(String id) {
    return model.user("r-" + id).path("active").asBoolean();
  }

  private long stillIn() {
    return database.call(c -> report.summary(c, "e")).stillIn();
  }

  private long wait(String id) {
    return link(ResourceType.USER, id).failure().notBefore() - clock.millis();
  }

  @Test
  void everybodyElseIsDelivered() {
    List.of("a", "b", "c", "d").forEach(this::member);
    List.of("a", "b", "c", "d").forEach(this::disable);
    database.user("new", "new");
    mark(MarkKind.USER, "new", null);
    drain();
    assertEquals(State.OK, breaker.report().state());
    assertFalse(breaker.isTripped());
    assertTrue(receiver.written().contains("POST /Users"));
    assertTrue(active("a") && active("b") && active("c") && active("d"));
    assertEquals(0, marks());
  }

  @Test
  void itIsAnAlarmWithItsReasonAndSentAgainUntilItIsReleased() {
    member("u");
    disable("u");
    for (int i = 0; i < 10; i++) {
      receiver.forget();
      drain();
      assertEquals(List.of("PUT /Users/r-u"), receiver.asked());
      assertEquals(1, stillIn());
      Link link = link(ResourceType.USER, "u");
      assertEquals("PUT Users answered 503 held", link.failure().error());
      assertTrue(wait("u") > 0 && wait("u") <= Duration.ofMinutes(4).toMillis());
      clock.advance(Duration.ofMillis(wait("u")));
    }
    receiver.otherwise(model);
    drain();
    assertFalse(active("u"));
    assertEquals(0, stillIn());
  }

  @Test
  void itWaitsAsLongAsTheReceiverAsksFor() {
    member("u");
    receiver.thenRetryAfter(503, "{'reason':'held'}", "60");
    disable("u");
    drain();
    assertTrue(wait("u") >= 60_000 && wait("u") <= 78_000, "waits " + wait("u") + " ms");
  }

  @Test
  void aReceiverThatAsksForDaysIsAskedSooner() {
    member("u");
    receiver.thenRetryAfter(503, "{'reason':'held'}", "864000");
    disable("u");
    drain();
    assertTrue(wait("u") <= Duration.ofMinutes(20).toMillis(), "waits " + wait("u") + " ms");
  }

  @Test
  void nobodyDoubtsThatItWasNotCarriedOut() {
    member("u");
    disable("u");
    drain();
    assertNull(link(ResourceType.USER, "u").lookAt());
  }

  @Test
  void whoIsRemovedIsHeldWhole() {
    linked(ResourceType.USER, "u");
    model.putUser("r-u", "u");
    mark(MarkKind.USER, "u", null);
    drain();
    assertEquals(List.of("DELETE /Users/r-u"), receiver.written());
    assertEquals(1, stillIn());
  }

  @Test
  void aGroupIsHeldWholeAndNobodySlipsOutOneByOne() {
    List.of("a", "b", "c").forEach(this::member);
    database.group("g", "G", " ");
    linked(ResourceType.GROUP, "g");
    model.putGroup("r-g", "g", "G", List.of("r-a", "r-b", "r-c"));
    List.of("a", "b", "c").forEach(id -> mark(MarkKind.MEMBER, "g", id));
    drain();
    assertEquals(1, receiver.written().size());
    assertEquals(Set.of("r-a", "r-b", "r-c"), model.members("r-g"));
    assertEquals(1, stillIn());
  }

  @Test
  void anyOther503ClosesTheEndpoint() {
    member("u");
    receiver.otherwise(request -> "503 {'reason':'something'}");
    disable("u");
    drain();
    assertTrue(breaker.isTripped());
    assertEquals(State.RETRYING, breaker.report().state());
  }
}
