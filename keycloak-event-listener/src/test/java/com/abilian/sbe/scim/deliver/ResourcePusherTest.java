package com.abilian.sbe.scim.deliver;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.abilian.sbe.scim.ManualClock;
import com.abilian.sbe.scim.client.EndpointFault;
import com.abilian.sbe.scim.client.ResourceFault;
import com.abilian.sbe.scim.client.ScimClient;
import com.abilian.sbe.scim.client.ScimTransport;
import com.abilian.sbe.scim.client.TokenSource;
import com.abilian.sbe.scim.project.AttributeMapping;
import com.abilian.sbe.scim.project.Link;
import com.abilian.sbe.scim.project.Projection;
import com.abilian.sbe.scim.project.ResourceType;
import com.abilian.sbe.scim.project.ScimResource;
import com.abilian.sbe.scim.project.UserState;
import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class ResourcePusherTest {

  private static final String NONE = "{'Resources':[]}";
  private static final ScimResource ZOE =
      Projection.user(
          new UserState("u-1", "zoe", null, null, null, true, Map.of()),
          AttributeMapping.parse(AttributeMapping.DEFAULT));
  private static final Link NEW = Link.creating(ResourceType.USER, "u-1");
  private static final Link LINKED =
      NEW.pushed(new Link.Remote("r-1", null), new Link.Pushed("old", null), 1);

  private final FakeReceiver receiver = new FakeReceiver();
  private final List<String> refusedTokens = new ArrayList<>();
  private final TokenSource tokens =
      new TokenSource() {
        @Override
        public String token() {
          return "t" + refusedTokens.size();
        }

        @Override
        public void refused(String token) {
          refusedTokens.add(token);
        }
      };
  private final ManualClock clock = new ManualClock();
  private final ResourcePusher pusher =
      new ResourcePusher(new ScimClient(receiver.url(), tokens, new ScimTransport(clock)), clock);

  @AfterEach
  void everythingWasAsked() {
    assertTrue(receiver.saidEverything());
    receiver.close();
  }

  private static ScimResource group(String... members) {
    return Projection.group("g-1", "G", List.of(members));
  }

  private static Link linkOf(ScimResource group) {
    return Link.creating(ResourceType.GROUP, "g-1")
        .pushed(new Link.Remote("rg", null), new Link.Pushed(group.hash(), group.membersHash()), 1);
  }

  private ResourceFault resourceFault(Link link) {
    return assertThrows(ResourceFault.class, () -> pusher.push(ZOE, link, link == NEW));
  }

  @Test
  void createsWhatIsNew() throws Exception {
    receiver.then(201, "{'id':'r-1','meta':{'version':'W/1'}}");
    Link link = pusher.push(ZOE, NEW, true);
    assertEquals(List.of("POST /Users"), receiver.asked());
    assertEquals("u-1", receiver.body(0).path("externalId").asText());
    assertEquals("r-1", link.remoteId());
    assertEquals("W/1", link.remote().version());
    assertEquals(ZOE.hash(), link.pushed().hash());
    assertEquals(Link.State.ACTIVE, link.state());
    assertEquals(clock.millis(), link.lastOkAt());
  }

  @Test
  void sendsNothingWhereNothingDiffers() throws Exception {
    Link pushed =
        pusher.push(
            ZOE,
            NEW.pushed(
                new Link.Remote("r-1", null), new Link.Pushed(ZOE.hash(), ZOE.membersHash()), 7),
            false);
    assertEquals(List.of(), receiver.asked());
    assertEquals(7, pushed.lastOkAt());
  }

  @Test
  void replacesWhatDiffers() throws Exception {
    receiver.then(200, "{'id':'r-1'}");
    assertEquals(ZOE.hash(), pusher.push(ZOE, LINKED, false).pushed().hash());
    assertEquals(List.of("PUT /Users/r-1"), receiver.asked());
  }

  @Test
  void createsAnewWhatTheReceiverLost() throws Exception {
    receiver.then(404).then(201, "{'id':'r-2'}");
    assertEquals("r-2", pusher.push(ZOE, LINKED, false).remoteId());
    assertEquals(List.of("PUT /Users/r-1", "POST /Users"), receiver.asked());
  }

  @Test
  void asksBeforeItCreatesOnceACreateMayHaveBeenSent() throws Exception {
    receiver.then(200, NONE).then(200, NONE).then(201, "{'id':'r-1'}");
    pusher.push(ZOE, NEW, false);
    assertEquals(
        List.of(
            "GET /Users?filter=externalId eq \"u-1\"&attributes=externalId,userName",
            "GET /Users?filter=userName eq \"zoe\"&attributes=externalId,userName",
            "POST /Users"),
        receiver.asked());
  }

  @Test
  void adoptsItsOwnAfterABrokenCreate() throws Exception {
    receiver
        .then(FakeReceiver.BREAK)
        .then(200, "{'Resources':[{'id':'r-9','externalId':'u-1'}]}")
        .then(200, "{'id':'r-9'}");
    assertEquals("r-9", pusher.push(ZOE, NEW, true).remoteId());
    assertEquals("PUT /Users/r-9", receiver.asked().get(2));
  }

  @Test
  void brokenCreateThatWasNotCarriedOutIsTriedLater() {
    receiver.then(FakeReceiver.BREAK).then(200, NONE).then(200, NONE);
    assertEquals(ResourceFault.Kind.RETRY, resourceFault(NEW).kind());
  }

  @Test
  void adoptsWhatBelongsToNobody() throws Exception {
    receiver
        .then(409, "{'scimType':'uniqueness'}")
        .then(200, NONE)
        .then(200, "{'Resources':[{'id':'r-5','userName':'ZOE'}]}")
        .then(200, "{'id':'r-5'}");
    assertEquals("r-5", pusher.push(ZOE, NEW, true).remoteId());
  }

  @Test
  void neverAdoptsWhatBelongsToAnother() {
    receiver
        .then(409, "{'scimType':'uniqueness','detail':'zoe is taken'}")
        .then(200, NONE)
        .then(200, "{'Resources':[{'id':'r-5','userName':'zoe','externalId':'other'}]}");
    ResourceFault fault = resourceFault(NEW);
    assertEquals(ResourceFault.Kind.CONFLICT, fault.kind());
    assertEquals("POST Users answered 409 uniqueness", fault.getMessage());
  }

  @Test
  void doesNotTrustAReceiverThatIgnoresTheFilter() throws Exception {
    String everybody = "{'Resources':[{'id':'x','externalId':'other','userName':'other'}]}";
    receiver.then(200, everybody).then(200, everybody).then(201, "{'id':'r-1'}");
    assertEquals("r-1", pusher.push(ZOE, NEW, false).remoteId());
  }

  @Test
  void quotesValuesInFilters() throws Exception {
    ScimResource odd = Projection.group("g-1", "a\"b\\c & d", List.of());
    receiver.then(200, NONE).then(200, NONE).then(201, "{'id':'r'}");
    pusher.push(odd, Link.creating(ResourceType.GROUP, "g-1"), false);
    assertEquals(
        "GET /Groups?filter=displayName eq \"a\\\"b\\\\c & d\"&attributes=externalId,displayName",
        receiver.asked().get(1));
  }

  @Test
  void quotesIdsInPaths() throws Exception {
    receiver.then(204);
    pusher.change(group(), linkOf(group()), List.of(), List.of("a\"] or members[value pr"));
    assertEquals(
        "members[value eq \"a\\\"] or members[value pr\"]",
        receiver.body(0).at("/Operations/0/path").asText());
  }

  @ParameterizedTest
  @MethodSource
  void createWithoutAnIdThatCanBeKeptIsRefused(String answer) {
    receiver.then(201, answer);
    assertEquals(ResourceFault.Kind.REFUSED, resourceFault(NEW).kind());
  }

  static Stream<String> createWithoutAnIdThatCanBeKeptIsRefused() {
    String tooLong = "x".repeat(256);
    return Stream.of("{}", "{'id':''}", "{'id':'a\\u0000b'}", "{'id':'" + tooLong + "'}");
  }

  @Test
  void answerThatIsTooLongIsNotTakenIntoMemory() {
    String seventeenMegabytes = "x".repeat(17 << 20);
    receiver.then(200, seventeenMegabytes).then(200, seventeenMegabytes);
    ResourceFault fault = assertThrows(ResourceFault.class, () -> pusher.push(ZOE, NEW, false));
    assertEquals(ResourceFault.Kind.RETRY, fault.kind());
    assertTrue(fault.getMessage().contains("longer than 16777216 bytes"), fault.getMessage());
  }

  @Test
  void replacementIsDoneHoweverLongItsAnswerIs() throws Exception {
    receiver.then(200, "x".repeat(17 << 20));
    assertEquals(ZOE.hash(), pusher.push(ZOE, LINKED, false).pushed().hash());
    assertEquals(1, receiver.asked().size());
  }

  @ParameterizedTest
  @CsvSource({
    "'{\"userName\":\"zoe\"}\0\r\n\r\n',the answer is no HTTP",
    "'HTTP/1.1 2',it was closed before the answer",
    "'HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nzoe',it was closed before the answer"
  })
  void reasonNeverQuotesWhatWasReceived(String bytes, String reason) throws Exception {
    try (OddReceiver odd = new OddReceiver(bytes)) {
      ScimClient client = new ScimClient(odd.url(), tokens, new ScimTransport(clock));
      ResourceFault fault =
          assertThrows(
              ResourceFault.class,
              () -> new ResourcePusher(client, clock).push(ZOE, LINKED, false));
      assertEquals("PUT Users: the connection broke (" + reason + ")", fault.getMessage());
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {400, 413, 422})
  void refusalConcernsTheResourceOnly(int status) {
    receiver.then(status, "{'scimType':'invalidValue','detail':'zoe'}");
    ResourceFault fault = resourceFault(LINKED);
    assertEquals(ResourceFault.Kind.REFUSED, fault.kind());
    assertEquals("PUT Users answered " + status + " invalidValue", fault.getMessage());
  }

  @ParameterizedTest
  @ValueSource(ints = {408, 500, 502})
  void serverErrorsAreTriedAgain(int status) {
    receiver.then(status);
    assertEquals(ResourceFault.Kind.RETRY, resourceFault(LINKED).kind());
  }

  @Test
  void overloadConcernsTheEndpoint() {
    receiver.thenRetryAfter(429, "7");
    EndpointFault fault = assertThrows(EndpointFault.class, () -> pusher.push(ZOE, LINKED, false));
    assertFalse(fault.needsOperator());
    assertEquals(Duration.ofSeconds(7), fault.retryAfter());
  }

  @Test
  void refusedTokenIsReplacedOnce() throws Exception {
    receiver.then(401).then(200, "{'id':'r-1'}");
    pusher.push(ZOE, LINKED, false);
    assertEquals(List.of("t0"), refusedTokens);
  }

  @Test
  void secondRefusalPausesTheEndpointAndSaysWhy() {
    receiver.then(401).then(401, "{'detail':'unknown issuer https://i'}");
    EndpointFault fault = assertThrows(EndpointFault.class, () -> pusher.push(ZOE, LINKED, false));
    assertTrue(fault.needsOperator());
    assertEquals("PUT Users answered 401: unknown issuer https://i", fault.getMessage());
  }

  @Test
  void textOfARefusalThatMayNameAPersonIsNotShown() {
    receiver.then(403, "{'detail':'zoe may not be changed'}");
    EndpointFault fault = assertThrows(EndpointFault.class, () -> pusher.push(ZOE, LINKED, false));
    assertTrue(fault.needsOperator());
    assertEquals("PUT Users answered 403", fault.getMessage());
  }

  @Test
  void absentCollectionIsAWrongAddress() {
    receiver.then(404);
    EndpointFault fault = assertThrows(EndpointFault.class, () -> pusher.push(ZOE, NEW, true));
    assertTrue(fault.needsOperator() && fault.getMessage().endsWith("check url"));
  }

  @Test
  void redirectsAreNotFollowed() {
    receiver.then(302);
    assertThrows(EndpointFault.class, () -> pusher.push(ZOE, LINKED, false));
  }

  @Test
  void nobodyListeningConcernsTheEndpoint() {
    receiver.close();
    EndpointFault fault = assertThrows(EndpointFault.class, () -> pusher.push(ZOE, NEW, true));
    assertFalse(fault.needsOperator());
    assertTrue(fault.getMessage().contains("connection refused"), fault.getMessage());
  }

  @Test
  void repeatsARepeatableRequestOnceWhereTheConnectionBroke() throws Exception {
    receiver.then(FakeReceiver.BREAK).then(200, "{}");
    assertEquals("r-1", pusher.push(ZOE, LINKED, false).remoteId());
    assertEquals(List.of("PUT /Users/r-1", "PUT /Users/r-1"), receiver.asked());
  }

  @Test
  void deleteIsDoneOnceItIsAnswered() throws Exception {
    receiver.then(204);
    pusher.remove(LINKED);
    assertEquals(List.of("DELETE /Users/r-1"), receiver.asked());
  }

  private static final String GROUPS_OF_ZOE =
      "GET /Groups?filter=members.value eq \"r-1\"&attributes=id";

  @Test
  void takesWhoWasDeletedOutOfTheGroupsInWhichTheReceiverLeavesThem() throws Exception {
    receiver.then(204).then(404).then(200, "{'Resources':[{'id':'g-1'},{'id':'g-2'}]}");
    receiver.then(204).then(204).then(200, NONE);
    pusher.removeMember(LINKED);
    assertEquals(
        List.of(
            "DELETE /Users/r-1",
            "GET /ServiceProviderConfig",
            GROUPS_OF_ZOE,
            "PATCH /Groups/g-1",
            "PATCH /Groups/g-2",
            GROUPS_OF_ZOE),
        receiver.asked());
    assertEquals("members[value eq \"r-1\"]", receiver.body(3).at("/Operations/0/path").asText());
  }

  @Test
  void asksAReceiverOfThisProjectOnceWhatItIs() throws Exception {
    String urn = "urn:ietf:params:scim:schemas:extension:sbe-scim:2.0:ServiceProviderConfig";
    receiver.then(204).then(200, "{'schemas':['" + urn + "']}").then(204);
    pusher.removeMember(LINKED);
    pusher.removeMember(LINKED);
    assertEquals(
        List.of("DELETE /Users/r-1", "GET /ServiceProviderConfig", "DELETE /Users/r-1"),
        receiver.asked());
  }

  @Test
  void deleteIsDoneWhereGroupsCannotBeAskedForTheirMembers() throws Exception {
    receiver.then(204).then(404).then(400);
    pusher.removeMember(LINKED);
    assertEquals(GROUPS_OF_ZOE, receiver.asked().get(2));
  }

  @Test
  void aReceiverThatIgnoresTheFilterIsNotAskedForEver() throws Exception {
    String all = "{'Resources':[{'id':'g-1'}]}";
    receiver.then(204).then(404).then(200, all).then(204).then(200, all);
    pusher.removeMember(LINKED);
    assertEquals(5, receiver.asked().size());
  }

  @Test
  void aMemberWhoIsNotTakenOutKeepsTheRemovalUndone() {
    receiver.then(204).then(404).then(200, "{'Resources':[{'id':'g-1'}]}").then(500);
    assertThrows(ResourceFault.class, () -> pusher.removeMember(LINKED));
  }

  @Test
  void deleteIsDoneWhereTheReceiverHasNoneOfIt() throws Exception {
    receiver.then(404).then(200, NONE);
    pusher.remove(LINKED);
    assertEquals(
        List.of(
            "DELETE /Users/r-1",
            "GET /Users?filter=externalId eq \"u-1\"&attributes=externalId,userName"),
        receiver.asked());
  }

  @ParameterizedTest
  @ValueSource(ints = {404, 200})
  void deleteIsNotDoneWhereSomethingElseThanTheReceiverAnswers(int status) {
    receiver.then(404, "default backend - 404").then(status, "<html>");
    EndpointFault fault = assertThrows(EndpointFault.class, () -> pusher.remove(LINKED));
    assertTrue(fault.needsOperator() && fault.getMessage().endsWith("check url"));
  }

  @Test
  void deletesWhatTheReceiverHasUnderAnotherId() throws Exception {
    receiver.then(404).then(200, "{'Resources':[{'id':'r-9','externalId':'u-1'}]}").then(204);
    pusher.remove(LINKED);
    assertEquals("DELETE /Users/r-9", receiver.asked().get(2));
  }

  @Test
  void deleteOfWhatIsThereAllTheSameIsTriedAgain() {
    receiver.then(404).then(200, "{'Resources':[{'id':'r-1','externalId':'u-1'}]}").then(404);
    ResourceFault fault = assertThrows(ResourceFault.class, () -> pusher.remove(LINKED));
    assertEquals(ResourceFault.Kind.RETRY, fault.kind());
  }

  @Test
  void looksForWhatMayHaveBeenCreatedBeforeItForgetsIt() throws Exception {
    receiver.then(200, "{'Resources':[{'id':'r-9','externalId':'u-1'}]}").then(204);
    pusher.remove(NEW);
    assertEquals("DELETE /Users/r-9", receiver.asked().get(1));
  }

  @Test
  void nameAndMembersOfAGroupAreOnePatch() throws Exception {
    Link link = linkOf(Projection.group("g-1", "Old", List.of()));
    receiver.then(204);
    Link changed = pusher.change(group(), link, List.of("a", "b"), List.of("c", "d"));
    JsonNode operations = receiver.body(0).path("Operations");
    assertEquals("PATCH /Groups/rg", receiver.asked().get(0));
    assertEquals("displayName", operations.get(0).path("path").asText());
    assertEquals("b", operations.get(1).path("value").get(1).path("value").asText());
    assertEquals("members[value eq \"c\"]", operations.get(2).path("path").asText());
    assertEquals("members[value eq \"d\"]", operations.get(3).path("path").asText());
    assertEquals(group().hash(), changed.pushed().hash());
    assertNull(changed.pushed().membersHash());
  }

  @Test
  void renameKeepsWhatIsKnownOfTheMembers() throws Exception {
    Link link = linkOf(Projection.group("g-1", "Old", List.of("a")));
    receiver.then(200, "{}");
    assertEquals(
        link.pushed().membersHash(),
        pusher.change(group(), link, List.of(), List.of()).pushed().membersHash());
  }

  @Test
  void unchangedGroupIsNotSent() throws Exception {
    Link link = linkOf(group("a"));
    pusher.change(group(), link, List.of(), List.of());
    pusher.push(group("a"), link, false);
    assertEquals(List.of(), receiver.asked());
  }

  @Test
  void groupWhoseMembersDifferIsReplaced() throws Exception {
    receiver.then(204);
    Link link = pusher.push(group("a", "b"), linkOf(group("a")), false);
    assertEquals(2, receiver.body(0).path("members").size());
    assertEquals(group("b", "a").membersHash(), link.pushed().membersHash());
  }

  @Test
  void groupThatTheReceiverLostIsDueAtOnce() throws Exception {
    receiver.then(404);
    Link lost = pusher.change(group(), linkOf(group()), List.of("a"), List.of());
    assertNull(lost.remoteId());
    assertEquals(clock.millis(), lost.failure().notBefore());
  }

  @Test
  void longMembershipIsCreatedInParts() throws Exception {
    String[] members = IntStream.range(0, 2500).mapToObj(i -> "m" + i).toArray(String[]::new);
    receiver.then(201, "{'id':'rg'}").then(204).then(204);
    pusher.push(group(members), Link.creating(ResourceType.GROUP, "g-1"), true);
    assertEquals(List.of("POST /Groups", "PATCH /Groups/rg", "PATCH /Groups/rg"), receiver.asked());
    assertEquals(1000, receiver.body(0).path("members").size());
    assertEquals(500, receiver.body(2).path("Operations").get(0).path("value").size());
  }

  @Test
  void membershipWhoseLaterPartIsNotTakenIsTriedAgain() {
    String[] members = IntStream.range(0, 1500).mapToObj(i -> "m" + i).toArray(String[]::new);
    receiver.then(201, "{'id':'rg'}").then(404);
    ResourceFault fault =
        assertThrows(
            ResourceFault.class,
            () -> pusher.push(group(members), Link.creating(ResourceType.GROUP, "g-1"), true));
    assertEquals(ResourceFault.Kind.RETRY, fault.kind());
  }
}
