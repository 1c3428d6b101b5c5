package com.abilian.sbe.scim.deliver;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.abilian.sbe.scim.project.ResourceType;
import com.abilian.sbe.scim.store.Mark;
import com.abilian.sbe.scim.store.MarkKind;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Three people who always get 500. */
class PoisonTest extends DeliveryFixture {

  private boolean down;

  @BeforeEach
  void poison() {
    for (String id : List.of("p1", "p2", "p3")) {
      database.user(id, id);
      linked(ResourceType.USER, id);
      mark(MarkKind.USER, id, null);
    }
    int[] created = {0};
    receiver.otherwise(
        request ->
            down || request.path().startsWith("/Users/r-p")
                ? "500"
                : request.method().equals("POST")
                    ? "201 {'id':'r-" + created[0]++ + "'}"
                    : "200 {'id':'%s'}".formatted(request.path().replaceAll(".*/|[?].*", "")));
  }

  /** As the worker does, second by second; probes are answered. */
  private void elapse(Duration time) {
    for (long second = 0; second < time.toSeconds(); second++) {
      drain();
      if (!breaker.isTripped()) {
        breaker.idle();
      }
      clock.advance(Duration.ofSeconds(1));
      if (breaker.probeDue() && breaker.probed()) {
        database.run(c -> stores.retries().retryNow(c, "e", clock.millis()));
      }
    }
  }

  private long asked(String start) {
    return receiver.asked().stream().filter(asked -> asked.startsWith(start)).count();
  }

  @Test
  void stopNeitherGroupsNorAFullSync() {
    database.group("g", "G", " ");
    linked(ResourceType.GROUP, "g");
    mark(MarkKind.MEMBER, "g", "p1");
    for (int i = 0; i < 20; i++) {
      database.user("w" + i, "w" + i);
    }
    mark(Mark.Priority.FULL_SYNC, MarkKind.REALM, "", null);
    elapse(Duration.ofSeconds(10));
    assertEquals(20, asked("POST /Users"));
    assertEquals(1, asked("PATCH /Groups"));
    assertEquals(0, marks());
  }

  @Test
  void areTriedLessAndLessOftenOnceOthersAreAccepted() {
    elapse(Duration.ofMinutes(1));
    database.user("fine", "fine");
    mark(MarkKind.USER, "fine", null);
    elapse(Duration.ofHours(1));
    receiver.forget();
    elapse(Duration.ofHours(1));
    long tried = asked("GET") + asked("PUT");
    assertTrue(tried <= 3 * 6, "tried " + tried + " times in an hour");
    assertTrue(tried >= 3 * 4, "tried " + tried + " times in an hour");
  }

  @Test
  void doNotMakeALeaverWaitWhoFailedInAnOutageOnly() {
    elapse(Duration.ofMinutes(1));
    database.user("fine", "fine");
    mark(MarkKind.USER, "fine", null);
    elapse(Duration.ofHours(1));
    down = true;
    database.user("leaver", "leaver");
    linked(ResourceType.USER, "leaver");
    mark(MarkKind.USER, "leaver", null);
    elapse(Duration.ofHours(2));
    down = false;
    receiver.forget();
    elapse(Duration.ofSeconds(31));
    assertEquals(1, asked("PUT /Users/r-leaver"));
  }
}
