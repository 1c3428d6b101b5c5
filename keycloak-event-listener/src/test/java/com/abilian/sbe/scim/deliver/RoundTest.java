package com.abilian.sbe.scim.deliver;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.abilian.sbe.scim.project.ClashingMapping;
import com.abilian.sbe.scim.project.Link;
import com.abilian.sbe.scim.project.LinkState;
import com.abilian.sbe.scim.project.ResourceType;
import com.abilian.sbe.scim.store.Mark;
import com.abilian.sbe.scim.store.MarkKind;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RoundTest extends DeliveryFixture {

  private static final String NONE = "{'Resources':[]}";

  @Test
  void manyMarksOfOnePersonAreOneRequest() {
    database.user("u", "zoe");
    IntStream.range(0, 5).forEach(i -> mark(MarkKind.USER, "u", null));
    receiver.then(201, "{'id':'r-u'}");
    drain();
    assertEquals(List.of("POST /Users"), receiver.asked());
    assertEquals(0, marks());
    assertEquals("r-u", link(ResourceType.USER, "u").remoteId());
    assertEquals(
        clock.millis(), database.call(c -> stores.endpoints().find(c, "e")).get().lastOkAt());
  }

  @Test
  void unchangedPersonIsNoRequest() {
    database.user("u", "zoe");
    mark(MarkKind.USER, "u", null);
    receiver.then(201, "{'id':'r-u'}");
    drain();
    mark(MarkKind.USER, "u", null);
    drain();
    assertEquals(1, receiver.asked().size());
    assertEquals(0, marks());
  }

  @Test
  void whoCameAndWentBeforeDeliveryIsNoRequest() {
    mark(MarkKind.USER, "u", null);
    drain();
    assertEquals(List.of(), receiver.asked());
    assertEquals(0, marks());
  }

  @Test
  void whoIsGoneIsDeletedBeforeTheNameIsTakenAgain() {
    linked(ResourceType.USER, "old");
    database.user("new", "zoe");
    mark(MarkKind.USER, "new", null);
    mark(MarkKind.USER, "old", null);
    receiver.then(204).then(201, "{'id':'r-new'}");
    drain();
    assertEquals(List.of("DELETE /Users/r-old", "POST /Users"), receiver.asked());
    assertNull(link(ResourceType.USER, "old"));
  }

  @Test
  void faultOfTheEndpointKeepsTheMarksAndBurnsNoAttempt() {
    database.user("a", "a");
    database.user("b", "b");
    mark(MarkKind.USER, "a", null);
    mark(MarkKind.USER, "b", null);
    receiver.then(503);
    drain();
    assertTrue(breaker.isTripped());
    assertEquals(1, receiver.asked().size());
    assertEquals(2, marks());
    Map<String, Link> links = database.call(c -> stores.links().all(c, "e", ResourceType.USER));
    assertEquals(1, links.size(), "whose turn came");
    assertEquals(0, links.values().iterator().next().attempts());
  }

  @Test
  void failureOfOneIsRememberedByItsLinkAndRetriedWhenDue() {
    database.user("u", "zoe");
    linked(ResourceType.USER, "u");
    mark(MarkKind.USER, "u", null);
    receiver.then(500);
    drain();
    Link failed = link(ResourceType.USER, "u");
    assertEquals(0, marks());
    assertEquals(1, failed.attempts());
    assertEquals(500, failed.failure().status());
    assertEquals("PUT Users answered 500", failed.failure().error());
    assertNotNull(failed.failure().dirtySince());
    clock.advance(Duration.ofSeconds(6));
    receiver.then(200, "{'id':'r-u'}").then(200, "{}");
    drain();
    assertEquals(0, link(ResourceType.USER, "u").attempts());
    assertNull(link(ResourceType.USER, "u").failure().dirtySince());
  }

  @Test
  void refusedPersonIsParkedUntilTheNextChangeAndThenJoinsTheirGroups() {
    database.user("u", "zoe");
    database.group("g", "G", " ");
    database.join("g", "u");
    mark(MarkKind.USER, "u", null);
    mark(MarkKind.MEMBER, "g", "u");
    receiver.then(400, "{'scimType':'invalidValue'}").then(201, "{'id':'r-g'}");
    drain();
    assertEquals(LinkState.PARKED, link(ResourceType.USER, "u").state());
    long wait = link(ResourceType.USER, "u").failure().notBefore() - clock.millis();
    assertTrue(wait > Duration.ofHours(12).toMillis() && wait <= Duration.ofDays(1).toMillis());
    assertEquals(0, receiver.body(1).path("members").size());

    clock.advance(Duration.ofHours(1));
    mark(MarkKind.USER, "u", null);
    receiver.then(200, NONE).then(200, NONE).then(201, "{'id':'r-u'}").then(204);
    drain();
    assertEquals("PATCH /Groups/r-g", receiver.asked().get(5));
    assertEquals("r-u", receiver.body(5).at("/Operations/0/value/0/value").asText());
    assertEquals(0, marks());
  }

  @ParameterizedTest
  @ValueSource(ints = {400, 409, 500})
  void removalIsTriedUntilItIsDone(int status) {
    linked(ResourceType.USER, "gone");
    mark(MarkKind.USER, "gone", null);
    receiver.otherwise(
        request -> request.method().equals("GET") ? "200 {'id':'r-gone'}" : String.valueOf(status));
    for (int i = 0; i < 12; i++) {
      drain();
      assertEquals(0, marks());
      Link refused = link(ResourceType.USER, "gone");
      assertEquals(status == 500, refused.state() != LinkState.PARKED);
      assertTrue(
          refused.failure().notBefore() <= clock.millis() + Duration.ofMinutes(15).toMillis());
      clock.advance(Duration.ofMinutes(15));
    }
    receiver.otherwise(
        request ->
            request.method().equals("DELETE") ? "204" : "200 {'id':'r-gone','Resources':[]}");
    drain();
    clock.advance(Subject.GRACE);
    drain();
    assertNull(link(ResourceType.USER, "gone"));
  }

  @Test
  void whoCannotBeProjectedIsParkedAndHoldsUpNobody() {
    for (String id : List.of("odd1", "odd2", "odd3", "fine")) {
      database.user(id, id);
      mark(MarkKind.USER, id, null);
    }
    linked(ResourceType.USER, "odd1");
    database.sql(
        "INSERT INTO USER_ATTRIBUTE (USER_ID, NAME, VALUE)"
            + " SELECT ID, N, 'v' FROM USER_ENTITY, (VALUES ('a'), ('b')) V(N) WHERE ID <> 'fine'");
    round = roundOf(ClashingMapping.of("a", "b"));
    receiver.otherwise(request -> request.method().equals("POST") ? "201 {'id':'r-fine'}" : "204");
    drain();
    assertEquals(Set.of("POST /Users", "PATCH /Users/r-odd1"), Set.copyOf(receiver.asked()));
    assertEquals(0, marks());
    assertEquals("r-odd1", link(ResourceType.USER, "odd1").remoteId());
    for (String id : List.of("odd1", "odd2", "odd3")) {
      assertEquals(LinkState.PARKED, link(ResourceType.USER, id).state());
      assertTrue(link(ResourceType.USER, id).failure().error().startsWith("cannot be projected: "));
    }
  }

  @Test
  void memberWhoIsNotThereYetIsPushedFirst() {
    database.user("u", "zoe");
    database.group("g", "G", " ");
    database.join("g", "u");
    mark(MarkKind.GROUP, "g", null);
    receiver.then(201, "{'id':'r-u'}").then(201, "{'id':'r-g'}");
    drain();
    assertEquals(List.of("POST /Users", "POST /Groups"), receiver.asked());
    assertEquals("r-u", receiver.body(1).at("/members/0/value").asText());
  }

  @Test
  void groupWaitsForMembersThatTheEndpointDidNotTake() {
    database.user("u", "zoe");
    database.group("g", "G", " ");
    database.join("g", "u");
    mark(MarkKind.GROUP, "g", null);
    receiver.then(503);
    drain();
    assertEquals(List.of("POST /Users"), receiver.asked());
    assertEquals(1, marks());
  }

  @Test
  void joinsAndLeavesOfOneGroupAreOnePatchWithTheStateAsItIsNow() {
    database.group("g", "G", " ");
    linked(ResourceType.GROUP, "g");
    for (String id : List.of("in", "out", "back")) {
      database.user(id, id);
      linked(ResourceType.USER, id);
    }
    database.join("g", "in");
    database.join("g", "back");
    List.of("in", "out", "back", "back").forEach(id -> mark(MarkKind.MEMBER, "g", id));
    receiver.then(204);
    drain();
    assertEquals(List.of("PATCH /Groups/r-g"), receiver.asked());
    var operations = receiver.body(0).path("Operations");
    assertEquals(2, operations.get(1).path("value").size());
    assertEquals("members[value eq \"r-out\"]", operations.get(2).path("path").asText());
    assertEquals(Set.of("r-in", "r-back"), held("g"));
  }

  @Test
  void renamedGroupRenamesWhatIsBelow() {
    database.group("g", "New", " ");
    database.group("sub", "Sub", "g");
    linked(ResourceType.GROUP, "g");
    linked(ResourceType.GROUP, "sub");
    database.run(c -> stores.members().replace(c, "e", "sub", List.of("r-member")));
    mark(MarkKind.GROUP_TREE, "g", null);
    receiver.then(204).then(204);
    drain();
    assertEquals("New", receiver.body(0).at("/Operations/0/value").asText());
    assertEquals("New/Sub", receiver.body(1).at("/Operations/0/value").asText());
    assertEquals(Set.of("r-member"), held("sub"));
  }

  @Test
  void markOfATreeStaysUntilTheLastOfManyNewGroupsIsPushed() {
    database.group("top", "Top", " ");
    IntStream.range(0, 60).forEach(i -> database.group("g" + i, "G" + i, "top"));
    mark(MarkKind.GROUP_TREE, "top", null);
    IntStream.range(0, 61).forEach(i -> receiver.then(201, "{'id':'r" + i + "'}"));
    drain();
    assertEquals(61, receiver.asked().size());
    assertEquals(0, marks());
  }

  @Test
  void deletedGroupTakesItsChildrenWithIt() {
    linked(ResourceType.GROUP, "g");
    linked(ResourceType.GROUP, "sub");
    database.run(c -> stores.members().replace(c, "e", "sub", List.of("r-member")));
    mark(MarkKind.GROUP_TREE, "g", null);
    receiver.then(204).then(204);
    drain();
    assertEquals(
        Set.of("DELETE /Groups/r-g", "DELETE /Groups/r-sub"), Set.copyOf(receiver.asked()));
    assertEquals(0, marks());
  }

  @Test
  void groupThatTheReceiverLostIsCreatedWhole() {
    database.group("g", "G", " ");
    database.user("u", "zoe");
    database.join("g", "u");
    linked(ResourceType.GROUP, "g");
    linked(ResourceType.USER, "u");
    mark(MarkKind.MEMBER, "g", "u");
    receiver.then(404).then(200, NONE).then(200, NONE).then(201, "{'id':'r-2'}");
    drain();
    assertEquals("POST /Groups", receiver.asked().get(3));
    assertEquals("r-u", receiver.body(3).at("/members/0/value").asText());
  }

  @Test
  void personThatTheReceiverLostIsCreatedAndJoinsAgain() {
    database.user("u", "zoe");
    database.group("g", "G", " ");
    database.join("g", "u");
    linked(ResourceType.USER, "u");
    linked(ResourceType.GROUP, "g");
    mark(MarkKind.USER, "u", null);
    receiver.then(404).then(200, NONE).then(200, NONE).then(201, "{'id':'r-9'}").then(204);
    drain();
    assertEquals(
        List.of("PUT /Users/r-u", "POST /Users", "PATCH /Groups/r-g"),
        receiver.asked().stream().filter(asked -> !asked.startsWith("GET")).toList());
  }

  @Test
  void fullSyncReachesEverybodyAndWhoIsGone() {
    database.user("u", "zoe");
    database.group("g", "G", " ");
    linked(ResourceType.USER, "gone");
    Mark sync = Mark.of("r", "e", Mark.Priority.FULL_SYNC, MarkKind.REALM, "", null, "TEST");
    database.run(c -> stores.marks().insert(c, List.of(sync)));
    receiver.then(204).then(201, "{'id':'r-u'}").then(201, "{'id':'r-g'}");
    drain();
    assertEquals(List.of("DELETE /Users/r-gone", "POST /Users", "POST /Groups"), receiver.asked());
    assertEquals(0, marks());
  }

  @Test
  void liveChangeOfAGroupDoesNotWaitForTheUsersOfAFullSync() {
    linked(ResourceType.USER, "u");
    linked(ResourceType.GROUP, "g");
    database.user("u", "zoe");
    database.user("other", "ada");
    database.group("g", "G", " ");
    database.join("g", "u");
    Mark other = Mark.of("r", "e", Mark.Priority.FULL_SYNC, MarkKind.USER, "other", null, "TEST");
    database.run(c -> stores.marks().insert(c, List.of(other)));
    mark(MarkKind.MEMBER, "g", "u");
    receiver.then(204);
    assertTrue(round.run());
    assertEquals(List.of("PATCH /Groups/r-g"), receiver.asked());
    assertEquals(1, marks());
  }

  @Test
  void fullSyncGoesOnUnderASteadyStreamOfChanges() {
    database.user("u", "zoe");
    database.user("other", "ada");
    mark(Mark.Priority.FULL_SYNC, MarkKind.USER, "other", null);
    receiver.then(201, "{'id':'r-u'}").then(201, "{'id':'r-other'}");
    for (int i = 0; i < 20; i++) {
      mark(MarkKind.USER, "u", null);
      assertTrue(round.run());
    }
    assertEquals("r-other", link(ResourceType.USER, "other").remoteId());
  }

  @Test
  void nothingIsSentOnceStopped() {
    database.user("u", "zoe");
    mark(MarkKind.USER, "u", null);
    stopped = true;
    assertTrue(round.run());
    assertEquals(List.of(), receiver.asked());
    assertEquals(1, marks());
  }
}
