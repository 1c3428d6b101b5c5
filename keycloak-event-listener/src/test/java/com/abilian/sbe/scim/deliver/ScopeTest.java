package com.abilian.sbe.scim.deliver;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.abilian.sbe.scim.client.ScimClient;
import com.abilian.sbe.scim.client.ScimTransport;
import com.abilian.sbe.scim.endpoint.Endpoint;
import com.abilian.sbe.scim.project.AttributeMapping;
import com.abilian.sbe.scim.project.ProvisioningScope;
import com.abilian.sbe.scim.project.ProvisioningScope.Leaving;
import com.abilian.sbe.scim.project.ResourceType;
import com.abilian.sbe.scim.project.UserMapping;
import com.abilian.sbe.scim.store.Mark;
import com.abilian.sbe.scim.store.MarkKind;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Who is in scope arrives, who leaves it goes, and nobody else is told of. */
class ScopeTest extends DeliveryFixture {

  private static final String NONE = "{'Resources':[]}";

  @BeforeEach
  void scopedByGroup() {
    database.group("sbe", "SBE", " ");
    database.group("team", "Team", " ");
    scoped(Set.of("SBE"), Set.of(), Leaving.DEACTIVATE);
  }

  private void scoped(Set<String> groups, Set<String> roots, Leaving leaving) {
    Endpoint endpoint =
        endpoint(
            UserMapping.of(AttributeMapping.parse(AttributeMapping.DEFAULT)),
            new ProvisioningScope(groups, Set.of(), Map.of(), roots, leaving));
    ScimClient client = new ScimClient(endpoint.url(), TOKENS, new ScimTransport(clock));
    round =
        Round.of(stores, endpoint, client, guard, breaker, threads, () -> stopped, clock, random);
  }

  private void leave(String group, String user) {
    database.sql(
        "DELETE FROM USER_GROUP_MEMBERSHIP WHERE GROUP_ID = '%s' AND USER_ID = '%s'"
            .formatted(group, user));
  }

  /** Somebody who is in scope and a member of a team, and both groups, all at the receiver. */
  private void zoeIsThere() {
    linked(ResourceType.GROUP, "sbe");
    linked(ResourceType.GROUP, "team");
    for (String group : List.of("sbe", "team")) {
      database.run(c -> stores.members().replace(c, "e", group, List.of("r-u")));
    }
    database.user("u", "zoe");
    linked(ResourceType.USER, "u");
    database.join("sbe", "u");
    database.join("team", "u");
  }

  @Test
  void whoWasNeverInScopeIsNotSentWithTheirGroupsEither() {
    IntStream.range(0, 300)
        .forEach(
            i -> {
              database.user("out" + i, "out" + i);
              database.join("team", "out" + i);
            });
    database.user("in", "in");
    database.join("team", "in");
    database.join("sbe", "in");
    mark(MarkKind.USER, "out0", null);
    mark(MarkKind.GROUP, "team", null);
    receiver.then(201, "{'id':'r-in'}").then(201, "{'id':'r-team'}");
    drain();
    assertEquals(List.of("POST /Users", "POST /Groups"), receiver.asked());
    assertEquals("in", receiver.body(0).path("userName").asText());
    assertEquals("[{\"value\":\"r-in\"}]", receiver.body(1).path("members").toString());
    assertEquals(0, marks());
    assertNull(link(ResourceType.USER, "out0"));
  }

  @Test
  void whoJoinsAGroupOfTheScopeArrivesWithAllGroups() {
    linked(ResourceType.GROUP, "sbe");
    linked(ResourceType.GROUP, "team");
    database.user("u", "zoe");
    database.join("team", "u");
    database.join("sbe", "u");
    mark(MarkKind.MEMBER, "sbe", "u");
    receiver.then(201, "{'id':'r-u'}").then(204).then(204);
    drain();
    assertEquals("POST /Users", receiver.asked().get(0));
    assertEquals(
        Set.of("PATCH /Groups/r-sbe", "PATCH /Groups/r-team"),
        Set.copyOf(receiver.asked().subList(1, 3)));
    assertEquals(Set.of("r-u"), held("sbe"));
    assertEquals(Set.of("r-u"), held("team"));
    assertEquals(0, marks());
  }

  @Test
  void whoLeavesTheScopeIsDeactivatedTakenOutOfAllGroupsAndToldOfNoMore() {
    zoeIsThere();
    leave("sbe", "u");
    mark(MarkKind.MEMBER, "sbe", "u");
    receiver.then(200, "{}").then(204).then(204);
    drain();
    assertEquals("PATCH /Users/r-u", receiver.asked().get(0));
    var operations = receiver.body(0).path("Operations");
    assertEquals(1, operations.size());
    assertEquals("active", operations.get(0).path("path").asText());
    assertFalse(operations.get(0).path("value").asBoolean(true));
    assertEquals(
        Set.of("PATCH /Groups/r-sbe", "PATCH /Groups/r-team"),
        Set.copyOf(receiver.asked().subList(1, 3)));
    assertEquals(Set.of(), held("team"));
    assertTrue(link(ResourceType.USER, "u").hasLeft());

    database.sql("UPDATE USER_ENTITY SET FIRST_NAME = 'Secret' WHERE ID = 'u'");
    mark(MarkKind.USER, "u", null);
    mark(MarkKind.MEMBER, "team", "u");
    mark(MarkKind.GROUP, "team", null);
    drain();
    assertEquals(3, receiver.asked().size());
    assertEquals(0, marks());
  }

  @Test
  void whoComesBackIsTheSameAccountActiveAndInTheirGroups() {
    zoeIsThere();
    leave("sbe", "u");
    mark(MarkKind.USER, "u", null);
    mark(MarkKind.MEMBER, "sbe", "u");
    receiver.then(200, "{}").then(204).then(204);
    drain();

    database.join("sbe", "u");
    mark(MarkKind.MEMBER, "sbe", "u");
    receiver.then(200, "{}").then(204).then(204);
    drain();
    assertEquals("PUT /Users/r-u", receiver.asked().get(3));
    assertTrue(receiver.body(3).path("active").asBoolean());
    assertEquals(Set.of("r-u"), held("sbe"));
    assertEquals(Set.of("r-u"), held("team"));
  }

  @Test
  void whoLeavesIsDeletedWhereTheEndpointSaysSo() {
    zoeIsThere();
    scoped(Set.of("SBE"), Set.of(), Leaving.DELETE);
    leave("sbe", "u");
    mark(MarkKind.USER, "u", null);
    receiver.then(204).then(200, "{}").then(200, NONE);
    drain();
    assertEquals("DELETE /Users/r-u", receiver.asked().get(0));
    assertNull(link(ResourceType.USER, "u"));
    assertEquals(Set.of(), held("team"));
  }

  @Test
  void whoLeavesBeforeTheReceiverHasThemIsNotCreated() {
    database.user("u", "zoe");
    database.join("sbe", "u");
    mark(MarkKind.USER, "u", null);
    receiver.then(500);
    drain();
    leave("sbe", "u");
    clock.advance(Duration.ofMinutes(2));
    receiver.otherwise(request -> "200 " + NONE);
    drain();
    assertTrue(
        receiver.asked().stream().skip(1).allMatch(asked -> asked.startsWith("GET")),
        receiver.asked().toString());
    assertNull(link(ResourceType.USER, "u"));
  }

  @Test
  void deactivationThatIsRefusedIsAnAlarmAndTriedAgain() {
    zoeIsThere();
    leave("sbe", "u");
    mark(MarkKind.USER, "u", null);
    receiver.otherwise(request -> request.method().equals("GET") ? "200 {}" : "400");
    drain();
    assertTrue(link(ResourceType.USER, "u").failure().stillInSince() != null);
    receiver.otherwise(
        request -> request.method().equals("GET") ? "200 {'id':'r-u','externalId':'u'}" : "200 {}");
    clock.advance(Duration.ofMinutes(5));
    drain();
    assertTrue(link(ResourceType.USER, "u").hasLeft());
    assertNull(link(ResourceType.USER, "u").failure().stillInSince());
  }

  @Test
  void whoIsDeletedInKeycloakAfterLeavingIsRemoved() {
    zoeIsThere();
    leave("sbe", "u");
    mark(MarkKind.USER, "u", null);
    receiver.then(200, "{}").then(204).then(204);
    drain();
    database.sql("DELETE FROM USER_ENTITY WHERE ID = 'u'");
    mark(MarkKind.USER, "u", null);
    receiver.then(204).then(200, "{}").then(200, NONE);
    drain();
    assertEquals("DELETE /Users/r-u", receiver.asked().get(3));
  }

  @Test
  void whoHasLeftGivesUpANameThatSomebodyInScopeHasByNow() {
    ReceiverModel model = new ReceiverModel().withUniqueNames();
    receiver.otherwise(model);
    database.user("u", "zoe");
    database.join("sbe", "u");
    mark(MarkKind.USER, "u", null);
    drain();
    leave("sbe", "u");
    mark(MarkKind.USER, "u", null);
    drain();
    database.sql("UPDATE USER_ENTITY SET USERNAME = 'former' WHERE ID = 'u'");
    database.user("new", "zoe");
    database.join("sbe", "new");
    mark(MarkKind.USER, "u", null);
    mark(MarkKind.USER, "new", null);
    for (int i = 0; i < 5; i++) {
      drain();
      clock.advance(Duration.ofMinutes(2));
    }
    assertEquals("zoe", model.ofExternalId(true, "new").path("userName").asText());
    assertFalse(model.ofExternalId(true, "u").path("active").asBoolean(true));
    assertTrue(link(ResourceType.USER, "u").hasLeft());
    assertNotEquals(
        "former",
        model.ofExternalId(true, "u").path("userName").asText(),
        "a new name of theirs is nobody's business");
  }

  @Test
  void whereAGroupOfTheScopeIsGoneNobodyComesInAndNobodyGoes() {
    zoeIsThere();
    scoped(Set.of("Gone"), Set.of(), Leaving.DELETE);
    database.user("new", "new");
    mark(MarkKind.USER, "u", null);
    mark(MarkKind.USER, "new", null);
    receiver.then(200, "{}");
    drain();
    assertEquals(List.of("PUT /Users/r-u"), receiver.asked(), "a change of whoever is in");
    assertTrue(receiver.body(0).path("active").asBoolean());
    database.sql("UPDATE USER_ENTITY SET ENABLED = FALSE WHERE ID = 'u'");
    mark(MarkKind.USER, "u", null);
    receiver.then(200, "{}");
    drain();
    assertEquals(false, receiver.body(1).path("active").asBoolean(true), "a leaver leaves");
  }

  @Test
  void groupsOutsideTheRootsAreNotSentAndGoWhereTheyAreMovedOut() {
    scoped(Set.of(), Set.of("SBE"), Leaving.DEACTIVATE);
    database.group("sub", "Sub", "sbe");
    mark(MarkKind.GROUP, "team", null);
    mark(MarkKind.GROUP, "sub", null);
    receiver.then(201, "{'id':'r-sub'}");
    drain();
    assertEquals(List.of("POST /Groups"), receiver.asked());
    assertEquals("SBE/Sub", receiver.body(0).path("displayName").asText());
    database.sql("UPDATE KEYCLOAK_GROUP SET PARENT_GROUP = 'team' WHERE ID = 'sub'");
    mark(MarkKind.GROUP_TREE, "sub", null);
    receiver.then(204);
    drain();
    assertEquals("DELETE /Groups/r-sub", receiver.asked().get(1));
    assertEquals(0, marks());
  }

  @Test
  void aMembershipOfAGroupThatIsNotSentStillDecides() {
    scoped(Set.of("SBE"), Set.of("Team"), Leaving.DEACTIVATE);
    database.user("u", "zoe");
    database.join("sbe", "u");
    mark(MarkKind.MEMBER, "sbe", "u");
    receiver.then(503);
    drain();
    assertEquals(1, marks(), "it waits for the endpoint");
    clock.advance(Duration.ofMinutes(1));
    breaker.probed();
    receiver.then(200, NONE).then(200, NONE).then(201, "{'id':'r-u'}");
    drain();
    assertEquals("r-u", link(ResourceType.USER, "u").remoteId());
    assertEquals(0, marks());
  }

  /** So many people who are in scope, all at the receiver. */
  private void crowd(int size) {
    receiver.otherwise(
        request ->
            request.method().equals("POST")
                ? "201 {'id':'r-" + request.body().path("externalId").asText() + "'}"
                : "200 " + NONE);
    for (int i = 0; i < size; i++) {
      database.user("p" + i, "p" + i);
      database.join("sbe", "p" + i);
      mark(MarkKind.USER, "p" + i, null);
    }
    drain();
    receiver.forget();
  }

  private long leavers() {
    return receiver.asked().stream().filter(asked -> asked.startsWith("PATCH /Users/")).count();
  }

  @Test
  void manyWhomASettingTakesOutAreHeldAndOneWhoLeavesGoes() {
    crowd(20);
    scoped(Set.of("Team"), Set.of(), Leaving.DEACTIVATE);
    database.join("team", "p0");
    Mark sync = Mark.of("r", "e", Mark.Priority.FULL_SYNC, MarkKind.REALM, "", null, "CONFIGURED");
    database.run(c -> stores.marks().insert(c, List.of(sync)));
    drain();
    assertEquals(0, leavers(), "nineteen at once that nobody asked for");
    assertEquals(0, marks());

    leave("team", "p0");
    mark(MarkKind.MEMBER, "team", "p0");
    drain();
    assertEquals(1, leavers());
    assertTrue(link(ResourceType.USER, "p0").hasLeft());
    assertFalse(link(ResourceType.USER, "p1").hasLeft());
  }

  @Test
  void whoIsHeldAndComesBackIsHeldNoMore() {
    crowd(20);
    scoped(Set.of("Team"), Set.of(), Leaving.DELETE);
    IntStream.range(0, 20)
        .forEach(i -> mark(Mark.Priority.FULL_SYNC, MarkKind.USER, "p" + i, null));
    drain();
    assertEquals(List.of(), receiver.asked());
    scoped(Set.of("SBE"), Set.of(), Leaving.DELETE);
    IntStream.range(0, 20)
        .forEach(i -> mark(Mark.Priority.FULL_SYNC, MarkKind.USER, "p" + i, null));
    drain();
    assertEquals(List.of(), receiver.asked(), "all is as it was");
    scoped(Set.of("Team"), Set.of(), Leaving.DELETE);
    mark(Mark.Priority.FULL_SYNC, MarkKind.USER, "p3", null);
    drain();
    assertEquals("DELETE /Users/r-p3", receiver.asked().get(0), "one alone is no accident");
  }

  @Test
  void fullSyncAfterAChangedScopeReachesWhoIsInAndWhoWas() {
    zoeIsThere();
    leave("sbe", "u");
    database.user("out", "out");
    database.user("in", "in");
    database.join("sbe", "in");
    Mark sync = Mark.of("r", "e", Mark.Priority.FULL_SYNC, MarkKind.REALM, "", null, "CONFIGURED");
    database.run(c -> stores.marks().insert(c, List.of(sync)));
    receiver.otherwise(request -> request.method().equals("POST") ? "201 {'id':'r-in'}" : "200 {}");
    drain();
    assertTrue(link(ResourceType.USER, "u").hasLeft());
    assertEquals("r-in", link(ResourceType.USER, "in").remoteId());
    assertNull(link(ResourceType.USER, "out"));
    assertEquals(Set.of("r-in"), held("sbe"));
    assertEquals(Set.of(), held("team"));
    assertEquals(0, marks());
  }
}
