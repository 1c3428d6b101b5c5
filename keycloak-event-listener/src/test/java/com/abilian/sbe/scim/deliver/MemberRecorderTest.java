package com.abilian.sbe.scim.deliver;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.abilian.sbe.scim.project.Link;
import com.abilian.sbe.scim.project.ResourceType;
import com.abilian.sbe.scim.store.MarkKind;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which members the receiver holds is known, whatever becomes of the requests. */
class MemberRecorderTest extends DeliveryFixture {

  private static final List<String> PEOPLE = List.of("a", "b", "c", "d", "e", "f");

  private final ReceiverModel model = new ReceiverModel();

  private Set<String> held() {
    return held("g");
  }

  private Set<String> there() {
    String remote = model.id(false, "g");
    return remote == null ? Set.of() : Set.copyOf(model.members(remote));
  }

  private Set<String> wanted() {
    Set<String> wanted = new HashSet<>();
    database
        .call(c -> stores.realms().members(c, "e", List.of("g")))
        .forEach(member -> wanted.add(member.remoteId()));
    return wanted;
  }

  private void people() {
    receiver.otherwise(model);
    database.group("g", "G", " ");
    for (String id : PEOPLE) {
      database.user(id, id);
      mark(MarkKind.USER, id, null);
    }
    mark(MarkKind.GROUP, "g", null);
    drain();
  }

  private void leave(String id) {
    database.sql("DELETE FROM USER_GROUP_MEMBERSHIP WHERE USER_ID = '" + id + "'");
  }

  @Test
  void whoJoinsOrLeavesIsKnownWithoutLookingAtTheOthers() {
    people();
    List.of("a", "b", "c").forEach(id -> database.join("g", id));
    List.of("a", "b", "c").forEach(id -> mark(MarkKind.MEMBER, "g", id));
    drain();
    assertEquals(there(), held());
    assertEquals(3, held().size());
    leave("b");
    mark(MarkKind.MEMBER, "g", "b");
    mark(MarkKind.MEMBER, "g", "a");
    drain();
    assertEquals(there(), held());
    assertEquals(2, held().size());
  }

  @Test
  void groupThatIsAsItWasSentCostsNoRequestAfterChangesEither() {
    people();
    database.join("g", "a");
    mark(MarkKind.MEMBER, "g", "a");
    drain();
    receiver.forget();
    mark(MarkKind.GROUP, "g", null);
    drain();
    assertEquals(List.of(), receiver.asked());
  }

  @Test
  void personOrGroupThatIsRemovedIsForgotten() {
    people();
    List.of("a", "b").forEach(id -> database.join("g", id));
    mark(MarkKind.GROUP, "g", null);
    drain();
    assertEquals(2, held().size());
    leave("a");
    database.sql("DELETE FROM USER_ENTITY WHERE ID = 'a'");
    mark(MarkKind.USER, "a", null);
    drain();
    assertEquals(1, held().size());
    database.sql("DELETE FROM KEYCLOAK_GROUP");
    mark(MarkKind.GROUP, "g", null);
    drain();
    assertEquals(Set.of(), held());
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void whatIsBelievedIsSoAfterAnyHistoryOfChangesAndFaults(long seed) {
    Random steps = new Random(seed);
    people();
    for (int step = 0; step < 25; step++) {
      String id = PEOPLE.get(steps.nextInt(PEOPLE.size()));
      boolean in = wanted().contains(model.id(true, id));
      switch (steps.nextInt(6)) {
        case 0 -> {
          mark(MarkKind.GROUP, "g", null);
        }
        case 1 -> database.sql("UPDATE KEYCLOAK_GROUP SET NAME = 'G" + step + "'");
        default -> {
          if (in) {
            leave(id);
          } else {
            database.join("g", id);
          }
        }
      }
      mark(MarkKind.MEMBER, "g", id);
      answer(steps);
      workAWhile(Duration.ofSeconds(steps.nextInt(90)));
      assertBelievedIsSo();
    }
    receiver.otherwise(model);
    model.acceptEverything();
    workAWhile(Duration.ofDays(2));
    workAWhile(Duration.ofDays(2));
    assertEquals(wanted(), there());
    assertEquals(wanted(), held());
    assertEquals(0, marks());
  }

  /** Most are accepted; of some the answer is lost, some are refused, some meet a fault. */
  private void answer(Random steps) {
    int status = List.of(0, 0, 0, 400, 409, 412, 500).get(steps.nextInt(7));
    boolean lost = steps.nextInt(5) == 0;
    model.refuse(request -> request.method().equals("GET") ? 0 : status);
    receiver.otherwise(
        request -> {
          String answer = model.apply(request);
          return lost && !request.method().equals("GET") ? "" + FakeReceiver.BREAK : answer;
        });
  }

  private void workAWhile(Duration pause) {
    for (int rounds = 0; !breaker.isTripped() && rounds < 4; rounds++) {
      round.run();
    }
    clock.advance(pause);
    if (breaker.isTripped()) {
      clock.advance(Duration.ofMinutes(10));
      breaker.probed();
    }
    for (int rounds = 0; !breaker.isTripped() && rounds < 4; rounds++) {
      round.run();
    }
  }

  private void assertBelievedIsSo() {
    Link link = link(ResourceType.GROUP, "g");
    if (link.pushed().hash() != null) {
      assertEquals(there(), held());
    }
  }
}
