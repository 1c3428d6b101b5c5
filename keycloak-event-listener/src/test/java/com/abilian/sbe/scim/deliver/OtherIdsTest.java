package com.abilian.sbe.scim.deliver;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.abilian.sbe.scim.project.Link;
import com.abilian.sbe.scim.project.LossCause;
import com.abilian.sbe.scim.project.ResourceType;
import com.abilian.sbe.scim.reconcile.Valve;
import com.abilian.sbe.scim.store.LinkReport.Refusal;
import com.abilian.sbe.scim.store.Mark;
import com.abilian.sbe.scim.store.MarkKind;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Everybody has a new id in Keycloak, and the receiver has them under the old one. */
class OtherIdsTest extends DeliveryFixture {

  private static final int PEOPLE = 20;

  private ReceiverModel model;

  @BeforeEach
  void everybodyIsThere() {
    model = new ReceiverModel().withUniqueNames();
    receiver.otherwise(model);
    come("old");
    drain();
    assertEquals(ids("old"), model.active());
    receiver.forget();
  }

  private static Set<String> ids(String prefix) {
    return IntStream.range(0, PEOPLE)
        .mapToObj(number -> "%s%02d".formatted(prefix, number))
        .collect(Collectors.toSet());
  }

  private void come(String prefix) {
    for (String id : ids(prefix)) {
      database.user(id, "agent" + id.substring(prefix.length()));
      mark(MarkKind.USER, id, null);
    }
  }

  private void go(LossCause cause) {
    for (String id : ids("old")) {
      database.sql("DELETE FROM USER_ENTITY WHERE ID = '%s'".formatted(id));
      Mark mark = Mark.of("r", "e", Mark.Priority.LIVE, MarkKind.USER, id, null, cause.name());
      database.run(c -> stores.marks().insert(c, List.of(mark)));
    }
    drain();
    receiver.forget();
  }

  private Map<LossCause, Integer> held() {
    return database.call(c -> stores.losses().summary(c, "e")).causes();
  }

  private int parked() {
    return database.call(c -> report.summary(c, "e")).parked();
  }

  private Valve valve() {
    return new Valve(stores, "r", "e");
  }

  @Test
  void nothingIsSentOfThemAndOneCauseIsTold() {
    go(LossCause.DROPPED);
    come("new");
    drain();
    assertEquals(List.of(), receiver.written());
    assertEquals(Map.of(LossCause.OTHER_ID, PEOPLE), held());
    assertEquals(0, parked());
    assertEquals(List.of(), database.call(c -> report.refusals(c, "e", 10)));
    Refusal waiting = database.call(c -> report.waiting(c, "e", 1)).get(0);
    assertEquals(Link.OTHER_ID, waiting.error());
    assertEquals(waiting.resourceId().replace("new", "old"), waiting.blockedBy());
    assertEquals(0, marks());
    receiver.forget();
    assertTrue(!round.run() && receiver.asked().isEmpty(), "and nothing is tried again and again");
  }

  @Test
  void peopleWhomSomebodyDeletedByAScriptAreToldSoToo() {
    go(LossCause.ASKED);
    come("new");
    drain();
    assertEquals(Map.of(LossCause.OTHER_ID, PEOPLE), held());
    assertEquals(List.of(), receiver.written());
  }

  @Test
  void releasedTheOldOnesGoAndTheNewOnesCome() {
    go(LossCause.DROPPED);
    come("new");
    drain();
    int released = database.call(c -> valve().release(c));
    assertEquals(PEOPLE, released);
    drain();
    assertEquals(ids("new"), model.active());
    assertEquals(Map.of(), held());
  }

  @Test
  void discardedTheyAreLookedAtAgain() {
    go(LossCause.DROPPED);
    come("new");
    drain();
    for (String id : ids("old")) {
      if (!id.equals("old00")) {
        model.apply(new FakeReceiver.Request("DELETE", "/Users/" + model.id(true, id), null, null));
      }
    }
    int discarded = database.call(c -> valve().discard(c));
    assertEquals(PEOPLE, discarded);
    clock.advance(Duration.between(clock.instant(), Instant.now()).plusSeconds(1));
    drain();
    Set<String> there = new TreeSet<>(ids("new"));
    there.remove("new00");
    there.add("old00");
    assertEquals(there, model.active(), "whose names are free by now arrive");
    assertEquals(Map.of(LossCause.OTHER_ID, PEOPLE), held(), "who is still gone is held again");
  }

  @Test
  void newcomerWithANameOfTheirOwnArrivesAndOneWhoGetsOneDoesToo() {
    go(LossCause.DROPPED);
    come("new");
    database.user("stranger", "stranger");
    mark(MarkKind.USER, "stranger", null);
    drain();
    assertEquals(1, receiver.written().size());
    assertTrue(model.active().contains("stranger"));

    database.sql("UPDATE USER_ENTITY SET USERNAME = 'other' WHERE ID = 'new00'");
    mark(MarkKind.USER, "new00", null);
    drain();
    assertTrue(model.active().contains("new00"));
    assertNull(link(ResourceType.USER, "new01").remoteId());
  }

  @Test
  void whoHasTheirOldIdAgainKeepsTheAccount() {
    go(LossCause.DROPPED);
    come("new");
    drain();
    database.sql("DELETE FROM USER_ENTITY WHERE ID LIKE 'new%'");
    ids("new").forEach(id -> mark(MarkKind.USER, id, null));
    come("old");
    drain();
    assertEquals(List.of(), receiver.written());
    assertEquals(ids("old"), model.active());
    assertEquals(Map.of(), held());
  }
}
