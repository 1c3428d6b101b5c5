package com.abilian.sbe.scim.deliver;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.abilian.sbe.scim.project.Link;
import com.abilian.sbe.scim.project.LinkState;
import com.abilian.sbe.scim.project.ResourceType;
import com.abilian.sbe.scim.store.MarkKind;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** People whom the receiver was never sent go to it together, where many wait. */
class BulkTest extends DeliveryFixture {

  private static final String LOST = FakeReceiver.BREAK + "";

  private final BulkReceiver bulks = new BulkReceiver();
  private final Set<String> people = new TreeSet<>();

  @BeforeEach
  void listen() {
    receiver.otherwise(bulks);
  }

  private void employ(int count) {
    for (int i = 0; i < count; i++) {
      String id = "u%03d".formatted(people.size());
      people.add(id);
      database.user(id, "name-" + id);
      mark(MarkKind.USER, id, null);
    }
  }

  private void name(String id, String userName) {
    ((ObjectNode) bulks.model.user(id)).put("userName", userName);
  }

  private long asked(String request) {
    return receiver.asked().stream().filter(request::equals).count();
  }

  /** Everybody is there once, where their link says, and nothing is left to do. */
  private void everybodyIsThere() {
    assertEquals(people, bulks.model.active());
    for (String id : people) {
      assertEquals(bulks.model.id(true, id), link(ResourceType.USER, id).remoteId());
      assertEquals(0, link(ResourceType.USER, id).attempts());
    }
    assertEquals(0, marks());
    for (int i = 0; i < 2; i++) {
      receiver.forget();
      clock.advance(Subject.GRACE.plus(Duration.ofSeconds(10)));
      drain();
      assertEquals(0, asked("POST /Users") + asked("POST /Bulk"));
    }
    assertEquals(List.of(), receiver.asked(), "nothing is left to do");
  }

  /** As after a lost connection: probed, and sent again. */
  private void goOn() {
    breaker.probed();
    clock.advance(Duration.ofSeconds(6));
    drain();
  }

  @Test
  void manyGoInFewRequests() {
    employ(45);
    drain();
    assertEquals(List.of(20, 20, 5), bulks.sizes);
    assertEquals(List.of("POST /Bulk", "POST /Bulk", "POST /Bulk"), receiver.written());
    assertNull(link(ResourceType.USER, "u000").lookAt());
    assertEquals("1", link(ResourceType.USER, "u000").remote().version());
    everybodyIsThere();
  }

  @Test
  void bulksGrowWhereTheReceiverIsFast() {
    employ(400);
    drain();
    employ(400);
    drain();
    assertEquals(List.of(100, 100, 100, 100), bulks.sizes.subList(20, 24));
    everybodyIsThere();
  }

  @Test
  void fewGoEachAtOnceAndTheReceiverIsNotAskedForBulks() {
    employ(Bulks.FEWEST - 1);
    drain();
    assertEquals(Collections.nCopies(Bulks.FEWEST - 1, "POST /Users"), receiver.asked());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "{'bulk':{'supported':false,'maxOperations':1000,'maxPayloadSize':1000000}}",
        "{'bulk':{'supported':true}}",
        "{'bulk':{'supported':true,'maxOperations':1,'maxPayloadSize':1000000}}",
        "{'bulk':{'supported':true,'maxOperations':50,'maxPayloadSize':10}}",
        "<html>"
      })
  void whoDeclaresNoBulkThatIsOfUseGetsNone(String configuration) {
    bulks.declaring(configuration);
    employ(12);
    drain();
    assertEquals(Collections.nCopies(12, "POST /Users"), receiver.written());
    assertEquals(1, asked("GET /ServiceProviderConfig"));
    everybodyIsThere();
  }

  @Test
  void noBulkHasMoreOperationsOrBytesThanDeclared() {
    bulks.declaring("{'bulk':{'supported':true,'maxOperations':7,'maxPayloadSize':1000000}}");
    employ(12);
    drain();
    assertEquals(List.of(7, 5), bulks.sizes);
    everybodyIsThere();
  }

  @Test
  void bytesAreCountedAsTheyAreSent() {
    int most = 600;
    bulks.declaring("{'bulk':{'supported':true,'maxOperations':50,'maxPayloadSize':" + most + "}}");
    database.user("long", "é".repeat(250));
    people.add("long");
    mark(MarkKind.USER, "long", null);
    employ(12);
    drain();
    assertTrue(bulks.sizes.stream().allMatch(size -> size > 1));
    assertEquals(1, asked("POST /Users"), "whoever fits into no bulk goes alone");
    for (int i = 0; i < receiver.asked().size(); i++) {
      if (receiver.asked().get(i).equals("POST /Bulk")) {
        assertTrue(receiver.body(i).toString().getBytes().length <= most);
      }
    }
    everybodyIsThere();
  }

  @Test
  void whoIsRefusedHoldsUpNobody() {
    bulks.model.putUser("r-x", "u003");
    bulks.model.putUser("r-y", "somebody");
    name("r-x", "name-u003");
    name("r-y", "name-u004");
    bulks.refusing(
        user ->
            user.path("externalId").asText().equals("u005")
                ? "400 {'scimType':'invalidValue'}"
                : null);
    employ(12);
    drain();
    assertEquals(List.of(12), bulks.sizes);
    assertEquals("r-x", link(ResourceType.USER, "u003").remoteId(), "looked up and adopted");
    assertEquals(LinkState.PARKED, link(ResourceType.USER, "u004").state());
    assertEquals(409, link(ResourceType.USER, "u004").failure().status());
    Link refused = link(ResourceType.USER, "u005");
    assertEquals(LinkState.PARKED, refused.state());
    assertEquals("POST Users answered 400 invalidValue", refused.failure().error());
    assertEquals(0, marks());
    assertFalse(breaker.isTripped());
    people.removeAll(List.of("u004", "u005"));
    people.add("somebody");
    assertEquals(people, bulks.model.active());
  }

  @Test
  void anAnswerThatIsLostDoublesNobody() {
    employ(12);
    bulks.answering(answer -> LOST);
    drain();
    assertEquals(1, asked("POST /Bulk"));
    assertEquals(0, asked("POST /Users"), "everybody is found");
    assertFalse(breaker.isTripped());
    everybodyIsThere();
  }

  @Test
  void aBulkThatNeverArrivesIsSentOneByOne() {
    employ(12);
    receiver.otherwise(request -> request.path().equals("/Bulk") ? LOST : bulks.apply(request));
    drain();
    assertEquals(12, asked("POST /Users"));
    everybodyIsThere();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "404",
        "405",
        "413 {}",
        "400 {'scimType':'invalidSyntax'}",
        "501",
        "409",
        "500",
        "502 <html>",
        "504",
        "403",
        "429",
        "503",
        "200 <html>",
        "200 {}",
        "204",
        "200 {'Operations':[]}",
        "200 {'Operations':[{'bulkId':'x','status':'201','location':'/Users/n0'}]}"
      })
  void whatIsNoAnswerToABulkIsFollowedByRequestsOneByOne(String nonsense) {
    employ(12);
    boolean isDone = nonsense.startsWith("2") || nonsense.startsWith("5");
    bulks.answering(answer -> nonsense);
    if (!isDone) {
      receiver.otherwise(
          request -> request.path().equals("/Bulk") ? nonsense : bulks.apply(request));
    }
    drain();
    for (int i = 0; i < 10 && marks() > 0; i++) {
      goOn();
    }
    assertEquals(1, asked("POST /Bulk"), "it is not tried again at once");
    people.forEach(
        id -> assertTrue(link(ResourceType.USER, id).remoteId() != null, () -> id + " is lost"));
    for (int i = 0; i < 3; i++) {
      goOn();
    }
    everybodyIsThere();
  }

  @Test
  void bulksComeBackAfterARest() {
    employ(12);
    bulks.answering(answer -> LOST);
    drain();
    bulks.answering(answer -> answer);
    employ(12);
    drain();
    assertEquals(1, bulks.sizes.size());
    clock.advance(Bulks.REST);
    employ(12);
    drain();
    assertEquals(2, bulks.sizes.size());
    everybodyIsThere();
  }

  @Test
  void operationsWithoutAnAnswerAreLookedAt() {
    employ(12);
    bulks.answering(answer -> answer.replaceFirst("\\{[^}]*\"bulkId\":\"u007\"[^}]*}", "null"));
    drain();
    goOn();
    everybodyIsThere();
  }

  @Test
  void whoIsAboveARateGoesAloneOnceItIsOver() {
    int[] left = {5};
    employ(12);
    bulks.refusing(user -> left[0]-- > 0 ? null : "429 {'reason':'rate_limited'}");
    drain();
    assertTrue(breaker.isTripped());
    assertEquals(5, bulks.model.active().size());
    assertEquals(7, marks());
    Set<String> linked = database.call(c -> stores.links().all(c, "e", ResourceType.USER)).keySet();
    assertEquals(6, linked.size(), "of the others nothing is in doubt");
    left[0] = 100;
    goOn();
    assertEquals(1, asked("POST /Bulk"));
    everybodyIsThere();
  }

  @Test
  void whereNothingMayBeginNobodyIsInDoubt() {
    employ(12);
    stopped = true;
    assertTrue(round.run());
    assertEquals(List.of(), receiver.asked());
    assertEquals(12, marks());
    assertNull(link(ResourceType.USER, "u000"));
    stopped = false;
    drain();
    assertEquals(List.of(12), bulks.sizes);
    everybodyIsThere();
  }

  @Test
  void whoIsInDoubtGoesAlone() {
    employ(12);
    for (String id : people) {
      Link sent = Link.creating(ResourceType.USER, id).inDoubt(clock.millis());
      database.run(c -> stores.links().save(c, "e", List.of(sent)));
    }
    drain();
    assertEquals(Collections.nCopies(12, "POST /Users"), receiver.written());
    assertTrue(receiver.asked().get(0).startsWith("GET /Users?filter=externalId eq"));
  }

  @Test
  void groupsFollowTheirMembersAndGoAlone() {
    database.group("g", "G", " ");
    employ(12);
    people.forEach(id -> database.join("g", id));
    mark(MarkKind.GROUP, "g", null);
    drain();
    assertEquals(List.of("POST /Bulk", "POST /Groups"), receiver.written());
    assertEquals(12, held("g").size());
    everybodyIsThere();
  }
}
