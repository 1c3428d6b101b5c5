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
import com.abilian.sbe.scim.project.LinkState;
import com.abilian.sbe.scim.project.Projection;
import com.abilian.sbe.scim.project.ResourceType;
import com.abilian.sbe.scim.project.ScimResource;
import com.abilian.sbe.scim.project.UserMapping;
import com.abilian.sbe.scim.project.UserState;
import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class ResourcePusherTest {

  private static final String NONE = "{'Resources':[]}";
  private static final ScimResource ZOE =
      Projection.user(
          new UserState("u-1", "zoe", null, null, null, true, Map.of(), Set.of()),
          UserMapping.of(AttributeMapping.parse(AttributeMapping.DEFAULT)));
  private static final Link NEW = Link.creating(ResourceType.USER, "u-1");
  private static final Link LINKED =
      NEW.pushed(new Link.Remote("r-1", null), new Link.Pushed("old"), 1);

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
        .pushed(new Link.Remote("rg", null), new Link.Pushed(group.hash()), 1);
  }

  private Link push(ScimResource wanted, Link link, boolean looked) throws Exception {
    return pusher.push(wanted, link, pusher.at(link), looked);
  }

  private Link change(ScimResource wanted, Link link, List<String> add, List<String> remove)
      throws Exception {
    return pusher.change(wanted, link, pusher.at(link), add, remove);
  }

  private Link remove(Link link, boolean looked) throws Exception {
    return pusher.remove(link, pusher.at(link), looked);
  }

  private void removeMember() throws Exception {
    assertNull(remove(LINKED, false));
    pusher.leaveGroups(LINKED);
  }

  private ResourceFault resourceFault(Link link) {
    return assertThrows(ResourceFault.class, () -> push(ZOE, link, false));
  }

  @Test
  void createsWhatIsNew() throws Exception {
    receiver.then(201, "{'id':'r-1','meta':{'version':'W/1'}}");
    Link link = push(ZOE, NEW, false);
    assertEquals(List.of("POST /Users"), receiver.asked());
    assertEquals("u-1", receiver.body(0).path("externalId").asText());
    assertEquals("r-1", link.remoteId());
    assertEquals("W/1", link.remote().version());
    assertEquals(ZOE.hash(), link.pushed().hash());
    assertEquals(LinkState.ACTIVE, link.state());
    assertEquals(clock.millis(), link.lastOkAt());
  }

  @Test
  void whatTheReceiverDoesNotKnowIsToBeLookedForAtOnce() throws Exception {
    receiver.then(404).then(404).then(409);
    for (Link lost :
        List.of(push(ZOE, LINKED, false), remove(LINKED, false), push(ZOE, NEW, false))) {
      assertNull(lost.remoteId());
      assertTrue(lost.needsLook(clock.millis()));
      assertEquals(clock.millis(), lost.failure().notBefore());
    }
    assertEquals(List.of("PUT /Users/r-1", "DELETE /Users/r-1", "POST /Users"), receiver.asked());
  }

  @Test
  void whatIsNotKnownWhereItWasJustFoundIsTriedLater() {
    receiver.then(404).then(404);
    for (Executable attempt :
        List.<Executable>of(() -> push(ZOE, LINKED, true), () -> remove(LINKED, true))) {
      ResourceFault fault = assertThrows(ResourceFault.class, attempt);
      assertEquals(ResourceFault.Kind.RETRY, fault.kind());
      assertEquals(404, fault.status());
    }
  }

  @Test
  void createThatIsRefusedAfterALookIsAConflict() {
    receiver.then(409, "{'scimType':'uniqueness','detail':'zoe is taken'}");
    ResourceFault fault = assertThrows(ResourceFault.class, () -> push(ZOE, NEW, true));
    assertEquals(ResourceFault.Kind.CONFLICT, fault.kind());
    assertEquals("POST Users answered 409 uniqueness", fault.getMessage());
  }

  @Test
  void createWhoseEndNobodySawIsTriedLater() {
    receiver.then(FakeReceiver.BREAK);
    assertEquals(ResourceFault.Kind.RETRY, resourceFault(NEW).kind());
  }

  @Test
  void whatIsChangedNamesTheVersionThatItIsToBeIn() throws Exception {
    Link group = linkOf(group("a")).stale().foundAt(new Link.Remote("rg", "W/3"));
    receiver.then(200, "{'id':'rg','meta':{'version':'W/4'}}").then(204).then(412).then(204);
    assertEquals("W/4", push(group("b"), group, false).remote().version());
    assertTrue(
        change(group("b"), group, List.of("c"), List.of()).needsLook(0),
        "an answer that tells no version");
    ResourceFault fault =
        assertThrows(ResourceFault.class, () -> change(group("b"), group, List.of("c"), List.of()));
    assertTrue(fault.isOfVersion());
    remove(group, false);
    assertEquals(List.of("W/3", "W/3", "W/3", "W/3"), receiver.versions());
  }

  @Test
  void partsOfALongMembershipFollowEachOthersVersions() throws Exception {
    String[] members = IntStream.range(0, 2500).mapToObj(i -> "m" + i).toArray(String[]::new);
    receiver
        .then(201, "{'id':'rg','meta':{'version':'W/1'}}")
        .thenVersion(204, "W/2")
        .thenVersion(204, "W/3");
    Link link = push(group(members), Link.creating(ResourceType.GROUP, "g-1"), false);
    assertEquals(Arrays.asList(null, "W/1", "W/2"), receiver.versions());
    assertEquals("W/3", link.remote().version());
  }

  @Test
  void replacesWhatDiffers() throws Exception {
    receiver.then(200, "{'id':'r-1'}");
    assertEquals(ZOE.hash(), push(ZOE, LINKED, false).pushed().hash());
    assertEquals(List.of("PUT /Users/r-1"), receiver.asked());
  }

  @Test
  void quotesIdsInPaths() throws Exception {
    receiver.then(204);
    change(group(), linkOf(group()), List.of(), List.of("a\"] or members[value pr"));
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

  @ParameterizedTest
  @ValueSource(strings = {"", "{}"})
  void createWhoseAnswerHoldsNoResourceIsTriedLater(String answer) {
    receiver.then(201, answer);
    assertEquals(ResourceFault.Kind.RETRY, resourceFault(NEW).kind());
  }

  static Stream<String> createWithoutAnIdThatCanBeKeptIsRefused() {
    String tooLong = "x".repeat(256);
    return Stream.of("{'id':''}", "{'id':'a\\u0000b'}", "{'id':'" + tooLong + "'}");
  }

  @Test
  void replacementIsDoneHoweverLongItsAnswerIs() throws Exception {
    receiver.then(200, "x".repeat(17 << 20));
    assertEquals(ZOE.hash(), push(ZOE, LINKED, false).pushed().hash());
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
      ResourcePusher odds = new ResourcePusher(client, clock);
      ResourceFault fault =
          assertThrows(ResourceFault.class, () -> odds.push(ZOE, LINKED, odds.at(LINKED), false));
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
    EndpointFault fault = assertThrows(EndpointFault.class, () -> push(ZOE, LINKED, false));
    assertFalse(fault.needsOperator());
    assertEquals(Duration.ofSeconds(7), fault.retryAfter());
  }

  @Test
  void refusedTokenIsReplacedOnce() throws Exception {
    receiver.then(401).then(200, "{'id':'r-1'}");
    push(ZOE, LINKED, false);
    assertEquals(List.of("t0"), refusedTokens);
  }

  @Test
  void secondRefusalPausesTheEndpointAndSaysWhy() {
    receiver.then(401).then(401, "{'detail':'unknown issuer https://i'}");
    EndpointFault fault = assertThrows(EndpointFault.class, () -> push(ZOE, LINKED, false));
    assertTrue(fault.needsOperator());
    assertEquals("PUT Users answered 401: unknown issuer https://i", fault.getMessage());
  }

  @Test
  void textOfARefusalThatMayNameAPersonIsNotShown() {
    receiver.then(403, "{'detail':'zoe may not be changed'}");
    EndpointFault fault = assertThrows(EndpointFault.class, () -> push(ZOE, LINKED, false));
    assertTrue(fault.needsOperator());
    assertEquals("PUT Users answered 403", fault.getMessage());
  }

  @Test
  void absentCollectionIsAWrongAddress() {
    receiver.then(404);
    EndpointFault fault = assertThrows(EndpointFault.class, () -> push(ZOE, NEW, false));
    assertTrue(fault.needsOperator() && fault.getMessage().endsWith("check url"));
  }

  @Test
  void redirectsAreNotFollowed() {
    receiver.then(302);
    assertThrows(EndpointFault.class, () -> push(ZOE, LINKED, false));
  }

  @Test
  void nobodyListeningConcernsTheEndpoint() {
    receiver.close();
    EndpointFault fault = assertThrows(EndpointFault.class, () -> push(ZOE, NEW, false));
    assertFalse(fault.needsOperator());
    assertTrue(fault.getMessage().contains("connection refused"), fault.getMessage());
  }

  @Test
  void repeatsARepeatableRequestOnceWhereTheConnectionBroke() throws Exception {
    receiver.then(FakeReceiver.BREAK).then(200, "{}");
    assertEquals("r-1", push(ZOE, LINKED, false).remoteId());
    assertEquals(List.of("PUT /Users/r-1", "PUT /Users/r-1"), receiver.asked());
  }

  @Test
  void deleteIsDoneOnceItIsAnswered() throws Exception {
    receiver.then(204);
    remove(LINKED, false);
    assertEquals(List.of("DELETE /Users/r-1"), receiver.asked());
  }

  private static final String GROUPS_OF_ZOE =
      "GET /Groups?filter=members.value eq \"r-1\"&attributes=id";

  @Test
  void takesWhoWasDeletedOutOfTheGroupsInWhichTheReceiverLeavesThem() throws Exception {
    receiver.then(204).then(404).then(200, "{'Resources':[{'id':'g-1'},{'id':'g-2'}]}");
    receiver.then(204).then(204).then(200, NONE);
    removeMember();
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
    removeMember();
    removeMember();
    assertEquals(
        List.of("DELETE /Users/r-1", "GET /ServiceProviderConfig", "DELETE /Users/r-1"),
        receiver.asked());
  }

  @Test
  void deleteIsDoneWhereGroupsCannotBeAskedForTheirMembers() throws Exception {
    receiver.then(204).then(404).then(400);
    removeMember();
    assertEquals(GROUPS_OF_ZOE, receiver.asked().get(2));
  }

  @Test
  void aReceiverThatIgnoresTheFilterIsNotAskedForEver() throws Exception {
    String all = "{'Resources':[{'id':'g-1'}]}";
    receiver.then(204).then(404).then(200, all).then(204).then(200, all);
    removeMember();
    assertEquals(5, receiver.asked().size());
  }

  @Test
  void aMemberWhoIsNotTakenOutKeepsTheRemovalUndone() {
    receiver.then(204).then(404).then(200, "{'Resources':[{'id':'g-1'}]}").then(500);
    assertThrows(ResourceFault.class, this::removeMember);
  }

  @Test
  void nameAndMembersOfAGroupAreOnePatch() throws Exception {
    Link link = linkOf(Projection.group("g-1", "Old", List.of()));
    receiver.then(204);
    Link changed = change(group(), link, List.of("a", "b"), List.of("c", "d"));
    JsonNode operations = receiver.body(0).path("Operations");
    assertEquals("PATCH /Groups/rg", receiver.asked().get(0));
    assertEquals("displayName", operations.get(0).path("path").asText());
    assertEquals("b", operations.get(1).path("value").get(1).path("value").asText());
    assertEquals("members[value eq \"c\"]", operations.get(2).path("path").asText());
    assertEquals("members[value eq \"d\"]", operations.get(3).path("path").asText());
    assertEquals(group().hash(), changed.pushed().hash());
  }

  @Test
  void groupWhoseMembersDifferIsReplaced() throws Exception {
    receiver.then(204);
    Link link = push(group("a", "b"), linkOf(group("a")), false);
    assertEquals(2, receiver.body(0).path("members").size());
    assertEquals(group().hash(), link.pushed().hash());
  }

  @Test
  void groupThatTheReceiverLostIsDueAtOnce() throws Exception {
    receiver.then(404);
    Link lost = change(group(), linkOf(group()), List.of("a"), List.of());
    assertNull(lost.remoteId());
    assertEquals(clock.millis(), lost.failure().notBefore());
  }

  @Test
  void longMembershipIsCreatedInParts() throws Exception {
    String[] members = IntStream.range(0, 2500).mapToObj(i -> "m" + i).toArray(String[]::new);
    receiver.then(201, "{'id':'rg'}").then(204).then(204);
    push(group(members), Link.creating(ResourceType.GROUP, "g-1"), false);
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
            () -> push(group(members), Link.creating(ResourceType.GROUP, "g-1"), false));
    assertEquals(ResourceFault.Kind.RETRY, fault.kind());
  }
}
