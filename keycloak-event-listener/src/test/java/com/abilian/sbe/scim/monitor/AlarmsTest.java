package com.abilian.sbe.scim.monitor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.abilian.sbe.scim.client.ScimTransport;
import com.abilian.sbe.scim.client.Webhook;
import com.abilian.sbe.scim.deliver.DeliveryFixture;
import com.abilian.sbe.scim.deliver.FakeReceiver;
import com.abilian.sbe.scim.endpoint.AllowedTargets;
import com.abilian.sbe.scim.endpoint.Endpoint;
import com.abilian.sbe.scim.project.AttributeMapping;
import com.abilian.sbe.scim.project.UserMapping;
import com.abilian.sbe.scim.store.AlarmStore.Kind;
import com.abilian.sbe.scim.store.AlarmStore.Telling;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executor;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class AlarmsTest extends DeliveryFixture {

  private static final Duration ONE_LOOK = Duration.ofSeconds(5);

  private final URI address =
      URI.create(receiver.url().toString().replace("/scim/v2", "/hook?k=v"));
  private final Endpoint endpoint =
      endpoint(UserMapping.of(AttributeMapping.parse(AttributeMapping.DEFAULT)));
  private Optional<String> refusal = Optional.empty();
  private final Alarms alarms = alarms(Runnable::run);

  private Alarms alarms(Executor threads) {
    AllowedTargets allowed =
        target -> {
          assertEquals(address, target.url());
          return refusal;
        };
    Alarms made = new Alarms(new Webhook(new ScimTransport(clock)), allowed, threads, clock);
    made.keep(Map.of("e", new Alarms.Recipient("agents", address)));
    return made;
  }

  @BeforeEach
  void hold() {
    held("a", clock.millis());
  }

  private void held(String user, long since) {
    database.sql(
        """
        INSERT INTO SBE_SCIM_LOSS (ENDPOINT_ID, RESOURCE_TYPE, RESOURCE_ID, GROUP_ID, CAUSE, STATE,
            LOST_AT)
          VALUES ('e', 'USER', '%s', '', 'COMPARED', 'HELD', %d);
        """
            .formatted(user, since));
  }

  private void letGo() {
    database.sql("DELETE FROM SBE_SCIM_LOSS");
  }

  private void look() {
    alarms.look(Map.of(endpoint, stores));
  }

  private Telling telling(Kind kind) {
    return database.call(c -> stores.alarms().tellings(c, "e")).get(kind);
  }

  private int told() {
    return receiver.asked().size();
  }

  @Test
  void anAlarmIsToldOnceAndNamesNobody() throws Exception {
    held("b", clock.millis() + 1_000);
    receiver.then(204);
    look();
    look();
    assertEquals(List.of("POST /hook?k=v"), receiver.asked());
    assertEquals(
        new ObjectMapper()
            .readTree(
                """
                {"realm": "agents", "endpoint": "name", "alarm": "held", "count": 2,
                 "since": "2026-03-01T12:00:00Z"}
                """),
        receiver.body(0));
    assertEquals(clock.millis(), telling(Kind.HELD).toldAt());
  }

  @Test
  void aLeaverWhoIsStillInIsAnotherAlarm() {
    database.sql(
        """
        INSERT INTO SBE_SCIM_LINK (ENDPOINT_ID, RESOURCE_TYPE, RESOURCE_ID, STATE, STILL_IN_SINCE)
          VALUES ('e', 'USER', 'leaver', 'GONE', 1000)
        """);
    receiver.then(200, "{}").then(200, "{}");
    look();
    assertEquals("held", receiver.body(0).path("alarm").asText());
    assertEquals("still_in", receiver.body(1).path("alarm").asText());
    assertEquals("1970-01-01T00:00:01Z", receiver.body(1).path("since").asText());
  }

  @Test
  void theNodeThatTakesOverDoesNotTellAgain() {
    receiver.then(200);
    look();
    alarms(Runnable::run).look(Map.of(endpoint, stores));
    assertEquals(1, told());
  }

  @Test
  void whatEndedAndBeganAnewIsToldAgain() {
    receiver.then(200).then(200);
    look();
    letGo();
    look();
    assertNull(telling(Kind.HELD));
    held("a", clock.millis());
    look();
    assertEquals(2, told());
  }

  @Test
  void soItIsWhereNobodyLookedInBetween() {
    receiver.then(200).then(200);
    look();
    letGo();
    held("b", clock.millis() + 1);
    look();
    assertEquals(2, told());
    look();
    assertEquals(2, told(), "a clock that is ahead makes no new alarm each time");
  }

  @Test
  void whatIsHeldBesideIsPartOfTheSameAlarm() {
    receiver.then(200);
    look();
    held("b", clock.millis() + 1);
    look();
    assertEquals(1, told());
  }

  @Test
  void aWebhookThatFailsIsTriedAgainLaterAndLater() {
    receiver.then(500, "about zoe").then(FakeReceiver.BREAK).then(302).then(201);
    look();
    assertEquals("it answered 500", telling(Kind.HELD).failure());
    look();
    assertEquals(1, told());
    clock.advance(ONE_LOOK);
    look();
    assertEquals(2, told());
    clock.advance(ONE_LOOK);
    look();
    assertEquals(2, told());
    clock.advance(ONE_LOOK);
    look();
    assertEquals(3, told());
    assertEquals("it answered 302", telling(Kind.HELD).failure());
    clock.advance(Duration.ofMinutes(15));
    look();
    assertEquals(4, told());
    assertNull(telling(Kind.HELD).failure());
  }

  @Test
  void itIsTriedEveryQuarterOfAnHourForEver() {
    receiver.otherwise(request -> "503");
    for (int hours = 0; hours < 48; hours++) {
      clock.advance(Duration.ofHours(1));
      look();
    }
    assertEquals(48, told());
    clock.advance(Duration.ofMinutes(15));
    look();
    assertEquals(49, told());
  }

  @Test
  void aHostThatIsNotAllowedIsNotAsked() {
    refusal = Optional.of("not an allowed host");
    look();
    assertEquals(0, told());
    assertEquals("not an allowed host", telling(Kind.HELD).failure());
  }

  @Test
  void oneThatHangsKeepsNobodyWaitingAndIsNotToldTwice() {
    Deque<Runnable> waiting = new ArrayDeque<>();
    Alarms slow = alarms(waiting::add);
    slow.look(Map.of(endpoint, stores));
    slow.look(Map.of(endpoint, stores));
    assertEquals(1, waiting.size());
    receiver.then(200);
    waiting.remove().run();
    slow.look(Map.of(endpoint, stores));
    assertTrue(waiting.isEmpty());
    assertEquals(1, told());
  }

  @Test
  void withoutAWebhookNothingIsLookedAt() {
    alarms.keep(Map.of());
    look();
    assertNull(telling(Kind.HELD));
  }
}
