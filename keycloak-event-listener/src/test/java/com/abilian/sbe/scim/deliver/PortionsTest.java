package com.abilian.sbe.scim.deliver;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.abilian.sbe.scim.client.ScimClient;
import com.abilian.sbe.scim.client.ScimTransport;
import com.abilian.sbe.scim.deliver.FakeReceiver.Request;
import com.abilian.sbe.scim.endpoint.Endpoint;
import com.abilian.sbe.scim.project.AttributeMapping;
import com.abilian.sbe.scim.project.Link;
import com.abilian.sbe.scim.project.ResourceType;
import com.abilian.sbe.scim.project.UserMapping;
import com.abilian.sbe.scim.store.Mark;
import com.abilian.sbe.scim.store.MarkKind;
import com.abilian.sbe.scim.store.Stores;
import com.abilian.sbe.scim.store.Transactions;
import java.time.Duration;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Many people of a full sync: one portion is read and one recorded while another is sent. */
class PortionsTest extends DeliveryFixture {

  private static final int PORTION = 4;
  private static final RoundSize SIZE = new RoundSize(6, 40, PORTION);
  private static final String LOST = FakeReceiver.BREAK + "";

  private final ReceiverModel model = new ReceiverModel().withUniqueNames();
  private final ExecutorService several = Executors.newFixedThreadPool(3);

  private static final class DatabaseAwayException extends RuntimeException {
    private static final long serialVersionUID = 1L;
  }

  /** Of whom a request is being answered. */
  private final Set<String> underWay = ConcurrentHashMap.newKeySet();

  private final Set<String> people = new TreeSet<>();
  private volatile boolean twiceAtOnce;

  @BeforeEach
  void listen() {
    round = roundBy(stores);
    receiver.otherwise(this::answer);
  }

  @AfterEach
  void end() {
    several.shutdownNow();
  }

  private Round roundBy(Stores some) {
    Endpoint endpoint = endpoint(UserMapping.of(AttributeMapping.parse(AttributeMapping.DEFAULT)));
    ScimClient client = new ScimClient(endpoint.url(), TOKENS, new ScimTransport(clock));
    Sender sender = new Sender("e", client, breaker, several, () -> stopped, clock, random);
    return Round.of(some, endpoint, client, guard, breaker, sender, clock, SIZE);
  }

  /** What the model answers; it sees whether two requests of one person are there at once. */
  private String answer(Request request) {
    if (request.path().equals("/ServiceProviderConfig")) {
      return "200 {}";
    }
    String who = request.method().equals("GET") ? null : who(request);
    if (who != null && !underWay.add(who)) {
      twiceAtOnce = true;
    }
    try {
      return model.apply(request);
    } finally {
      if (who != null) {
        underWay.remove(who);
      }
    }
  }

  private static String who(Request request) {
    return request.body() == null
        ? request.path()
        : request.body().path("externalId").asText(request.path());
  }

  private void employ(int count) {
    for (int i = 0; i < count; i++) {
      String id = "u%03d".formatted(people.size());
      people.add(id);
      database.user(id, "name-" + id);
      mark(Mark.Priority.FULL_SYNC, MarkKind.USER, id, null);
    }
  }

  private static String id(int number) {
    return "u%03d".formatted(number);
  }

  private void everybodyIsThere() {
    assertEquals(people, model.active());
    Map<String, Link> links = database.call(c -> stores.links().all(c, "e", ResourceType.USER));
    assertEquals(people, links.keySet());
    links.forEach((id, link) -> assertEquals(model.id(true, id), link.remoteId()));
    assertEquals(0, marks());
    assertFalse(twiceAtOnce, "one request about one person at a time");
  }

  private static void await(BooleanSupplier condition) {
    long end = System.nanoTime() + Duration.ofSeconds(30).toNanos();
    while (!condition.getAsBoolean() && System.nanoTime() < end) {
      Thread.onSpinWait();
    }
    assertTrue(condition.getAsBoolean());
  }

  @Test
  void portionsAreRecordedAndReadWhileAnotherIsSent() {
    employ(12);
    boolean[] seen = new boolean[1];
    receiver.otherwise(
        request -> {
          if (who(request).equals(id(PORTION))) {
            await(() -> link(ResourceType.USER, id(PORTION - 1)).remoteId() != null);
            await(() -> link(ResourceType.USER, id(2 * PORTION)) != null);
            seen[0] = marks() == 12 - PORTION;
          }
          return answer(request);
        });
    assertTrue(round.run());
    assertTrue(seen[0], "the marks of the first portion are gone, those of the others are not");
    everybodyIsThere();
  }

  @Test
  void manyAreOneRoundAndCostOneRequestEach() {
    employ(30);
    assertTrue(round.run());
    everybodyIsThere();
    assertEquals(30, receiver.written().size());
    assertFalse(round.run());
  }

  @Test
  void whoWasSentBeforeIsSentInAUsualRound() {
    employ(12);
    linked(ResourceType.USER, id(9));
    model.putUser("r-" + id(9), id(9));
    assertTrue(round.run());
    assertEquals(12 - SIZE.marks(), marks());
    drain();
    everybodyIsThere();
  }

  @Test
  void changesThatComeMeanwhileAreSentBeforeTheRest() {
    employ(12);
    employ(1);
    mark(MarkKind.USER, id(12), null);
    round.run();
    assertEquals(id(12), receiver.body(0).path("externalId").asText());
    drain();
    everybodyIsThere();
  }

  @Test
  void nobodyIsBegunAfterThePatienceOfARound() {
    employ(20);
    receiver.otherwise(
        request -> {
          if (who(request).equals(id(PORTION))) {
            clock.advance(Duration.ofSeconds(3));
          }
          return answer(request);
        });
    assertTrue(round.run());
    int sent = model.active().size();
    assertTrue(sent > PORTION && sent <= 2 * PORTION, sent + " were sent");
    assertEquals(20 - sent, marks());
    assertNull(link(ResourceType.USER, id(2 * PORTION)), "nor in doubt");
    receiver.otherwise(this::answer);
    drain();
    everybodyIsThere();
  }

  @Test
  void whoCouldNotBeSentInTimeIsNotRead() {
    employ(20);
    receiver.otherwise(
        request -> {
          if (who(request).equals(id(0))) {
            clock.advance(Duration.ofMillis(1_200));
          }
          return answer(request);
        });
    assertTrue(round.run());
    assertEquals(2 * PORTION, model.active().size());
    assertEquals(20 - 2 * PORTION, marks());
    drain();
    everybodyIsThere();
  }

  @Test
  void faultOfTheEndpointKeepsTheMarksOfAllWhoWereNotSent() {
    employ(20);
    model.refuse(request -> who(request).equals(id(PORTION)) ? 503 : 0);
    round.run();
    assertTrue(breaker.isTripped());
    assertEquals(20 - model.active().size(), marks());
    assertNull(link(ResourceType.USER, id(19)));
    model.acceptEverything();
    breaker.probed();
    clock.advance(Duration.ofSeconds(6));
    drain();
    everybodyIsThere();
  }

  @Test
  void refusalIsSettledAlone() {
    employ(12);
    model.refuse(request -> who(request).equals(id(5)) ? 400 : 0);
    assertTrue(round.run());
    assertEquals(0, marks());
    assertEquals(11, model.active().size());
    assertEquals(1, link(ResourceType.USER, id(5)).attempts());
  }

  @Test
  void nothingIsUnderWayOnceARoundHasFailed() {
    employ(20);
    round = roundBy(stores.with(failingAfter(2)));
    receiver.otherwise(
        request -> {
          if (who(request).equals(id(PORTION + 1))) {
            await(() -> link(ResourceType.USER, id(PORTION)) != null);
          }
          return answer(request);
        });
    assertThrows(DatabaseAwayException.class, round::run);
    assertEquals(Set.of(), underWay);
    int sent = receiver.asked().size();
    round = roundBy(stores);
    assertNotNull(link(ResourceType.USER, id(0)).lookAt(), "in doubt, as after a crash");
    assertEquals(sent, receiver.asked().size());
    clock.advance(Subject.GRACE);
    drain();
    everybodyIsThere();
  }

  /** The database is away once so many transactions have changed something. */
  private Transactions failingAfter(int changes) {
    int[] left = {changes};
    return new Transactions() {
      @Override
      public <T> T call(Work<T> work) {
        return database.call(work);
      }

      @Override
      public <T> T changing(String endpointId, Work<T> work) {
        if (left[0]-- == 0) {
          throw new DatabaseAwayException();
        }
        return database.call(work);
      }
    };
  }

  /**
   * Refusals, faults, lost answers and a database that is away, in any order: nobody is lost or
   * doubled.
   */
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
  void whateverFailsEverybodyIsThereOnceInTheEnd(int seed) {
    Random chance = new Random(seed);
    employ(7 + chance.nextInt(30));
    receiver.otherwise(
        request -> {
          String answer;
          int fate;
          synchronized (chance) {
            fate = chance.nextInt(30);
          }
          if (fate == 0) {
            return "503";
          } else if (fate == 1) {
            return "500";
          } else if (fate == 2) {
            return LOST;
          }
          answer = answer(request);
          return fate == 3 ? LOST : answer;
        });
    for (int i = 0; i < 12; i++) {
      boolean fails;
      int after;
      synchronized (chance) {
        fails = chance.nextInt(3) == 0;
        after = chance.nextInt(12);
      }
      round = roundBy(fails ? stores.with(failingAfter(after)) : stores);
      try {
        round.run();
      } catch (DatabaseAwayException failed) {
        assertEquals(Set.of(), underWay);
      }
      breaker.probed();
      clock.advance(Duration.ofSeconds(7));
    }
    receiver.otherwise(this::answer);
    round = roundBy(stores);
    for (int i = 0; i < 3; i++) {
      breaker.probed();
      clock.advance(Duration.ofDays(2));
      drain();
    }
    everybodyIsThere();
  }
}
