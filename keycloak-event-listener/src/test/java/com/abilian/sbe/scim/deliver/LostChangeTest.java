package com.abilian.sbe.scim.deliver;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.abilian.sbe.scim.project.Link;
import com.abilian.sbe.scim.project.ResourceType;
import com.abilian.sbe.scim.store.Mark;
import com.abilian.sbe.scim.store.MarkKind;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What went wrong before must not make the receiver keep a state that is wrong. */
class LostChangeTest extends DeliveryFixture {

  private static final String NONE = "{'Resources':[]}";
  private static final String LOOK = "GET /";
  private static final String VERSION = "?attributes=externalId,meta.version";

  /** As a crash before the recording, or an answer that is lost, leaves it. */
  private void applyWithoutHearingOfIt() {
    receiver.then(FakeReceiver.BREAK).then(503);
    drain();
    assertTrue(breaker.isTripped());
    clock.advance(Duration.ofMinutes(1));
    breaker.probed();
    receiver.forget();
  }

  @Test
  void leaverWhoseReturnWasPerhapsAppliedIsSentAnew() {
    database.user("u", "zoe");
    mark(MarkKind.USER, "u", null);
    receiver.then(201, "{'id':'r-u'}");
    drain();
    database.sql("UPDATE USER_ENTITY SET ENABLED = FALSE");
    mark(MarkKind.USER, "u", null);
    applyWithoutHearingOfIt();
    database.sql("UPDATE USER_ENTITY SET ENABLED = TRUE");
    mark(MarkKind.USER, "u", null);
    receiver.then(200, "{'id':'r-u'}").then(200, "{}");
    drain();
    assertEquals(List.of(LOOK + "Users/r-u" + VERSION, "PUT /Users/r-u"), receiver.asked());
    assertTrue(receiver.body(1).path("active").asBoolean());
    assertNotNull(link(ResourceType.USER, "u").pushed().hash());
  }

  @Test
  void personWhoIsImportedAgainAfterARemovalThatWasPerhapsAppliedIsSentAnew() {
    database.user("u", "zoe");
    mark(MarkKind.USER, "u", null);
    receiver.then(201, "{'id':'r-u'}");
    drain();
    database.sql("DELETE FROM USER_ENTITY");
    mark(MarkKind.USER, "u", null);
    applyWithoutHearingOfIt();
    database.user("u", "zoe");
    mark(MarkKind.USER, "u", null);
    receiver.then(404).then(200, NONE).then(200, NONE).then(201, "{'id':'r-2'}");
    drain();
    assertEquals(LOOK + "Users/r-u" + VERSION, receiver.asked().get(0));
    assertEquals("POST /Users", receiver.asked().get(3));
    assertEquals("r-2", link(ResourceType.USER, "u").remoteId());
  }

  @Test
  void membershipThatWasPerhapsAppliedIsSentAnew() {
    database.group("g", "G", " ");
    database.user("u", "zoe");
    linked(ResourceType.USER, "u");
    mark(MarkKind.GROUP, "g", null);
    receiver.then(201, "{'id':'r-g'}");
    drain();
    database.join("g", "u");
    mark(MarkKind.GROUP, "g", null);
    applyWithoutHearingOfIt();
    database.sql("DELETE FROM USER_GROUP_MEMBERSHIP");
    mark(MarkKind.GROUP, "g", null);
    receiver.then(200, "{'id':'r-g'}").then(200, "{}");
    drain();
    assertEquals(List.of(LOOK + "Groups/r-g" + VERSION, "PUT /Groups/r-g"), receiver.asked());
    assertEquals(0, receiver.body(1).path("members").size());
  }

  @Test
  void nameOfAGroupThatWasPerhapsAppliedIsSentAnew() {
    database.group("g", "G", " ");
    mark(MarkKind.GROUP_TREE, "g", null);
    receiver.then(201, "{'id':'r-g'}");
    drain();
    database.sql("UPDATE KEYCLOAK_GROUP SET NAME = 'H'");
    mark(MarkKind.GROUP_TREE, "g", null);
    applyWithoutHearingOfIt();
    database.sql("UPDATE KEYCLOAK_GROUP SET NAME = 'G'");
    mark(MarkKind.GROUP_TREE, "g", null);
    receiver.then(200, "{'id':'r-g'}").then(204);
    drain();
    assertEquals(List.of(LOOK + "Groups/r-g" + VERSION, "PUT /Groups/r-g"), receiver.asked());
    assertEquals("G", receiver.body(1).path("displayName").asText());
  }

  @Test
  void whatWasNotBegunIsAsItWasBefore() {
    for (String id : List.of("a", "b", "c")) {
      database.user(id, id);
      mark(MarkKind.USER, id, null);
    }
    receiver.then(201, "{'id':'r-a'}").then(201, "{'id':'r-b'}").then(201, "{'id':'r-c'}");
    drain();
    database.user("d", "d");
    database.sql("UPDATE USER_ENTITY SET ENABLED = FALSE");
    List.of("a", "b", "c", "d").forEach(id -> mark(MarkKind.USER, id, null));
    receiver.forget();
    receiver.then(503);
    drain();
    assertEquals(1, receiver.asked().size());
    for (String id : List.of("a", "b", "c")) {
      Link link = link(ResourceType.USER, id);
      boolean sent = receiver.asked().contains("PUT /Users/" + link.remoteId());
      assertEquals(sent, link.pushed().hash() == null);
    }
    assertEquals(receiver.asked().contains("POST /Users"), link(ResourceType.USER, "d") != null);
    assertEquals(4, marks());
  }

  @Test
  void firstSyncWithASlowReceiverIsOneRequestPerPerson() {
    for (int i = 0; i < 20; i++) {
      database.user("u%02d".formatted(i), "u" + i);
      mark(Mark.Priority.FULL_SYNC, MarkKind.USER, "u%02d".formatted(i), null);
    }
    int[] created = {0};
    receiver.otherwise(
        request -> {
          clock.advance(Duration.ofMillis(700));
          return "201 {'id':'r-" + created[0]++ + "'}";
        });
    drain();
    assertEquals(Collections.nCopies(20, "POST /Users"), receiver.written());
  }

  @ParameterizedTest
  @ValueSource(ints = {500, 400})
  void leaveThatFailedIsNotForgottenWhenAnotherJoins(int status) {
    database.group("g", "G", " ");
    linked(ResourceType.GROUP, "g");
    for (String id : List.of("leaver", "joiner")) {
      database.user(id, id);
      linked(ResourceType.USER, id);
    }
    mark(MarkKind.MEMBER, "g", "leaver");
    receiver.then(status).then(status).then(status);
    drain();
    receiver.forget();
    database.join("g", "joiner");
    mark(MarkKind.MEMBER, "g", "joiner");
    receiver.otherwise(request -> "200 {'id':'r-g'}");
    drain();
    int put = receiver.asked().indexOf("PUT /Groups/r-g");
    assertEquals("[{\"value\":\"r-joiner\"}]", receiver.body(put).path("members").toString());
    assertEquals(receiver.asked().size() - 1, put);
  }

  /** What arrives late would else be taken for the newest state. */
  @ParameterizedTest
  @ValueSource(strings = {"", "{}", "{'id':'r-u'}", "{'id':'r-u','meta':{'version':['W/2']}}"})
  void versionThatAnAnswerDoesNotTellIsAskedForBeforeTheNextChange(String answer) {
    database.user("u", "zoe");
    mark(MarkKind.USER, "u", null);
    receiver.then(201, "{'id':'r-u','meta':{'version':'W/1'}}").then(200, answer);
    drain();
    database.sql("UPDATE USER_ENTITY SET ENABLED = FALSE");
    mark(MarkKind.USER, "u", null);
    drain();
    assertNull(link(ResourceType.USER, "u").failure().notBefore());
    receiver.forget();
    database.sql("UPDATE USER_ENTITY SET ENABLED = TRUE");
    mark(MarkKind.USER, "u", null);
    receiver.then(200, "{'id':'r-u','meta':{'version':'W/2'}}").then(204);
    drain();
    assertEquals(List.of(LOOK + "Users/r-u" + VERSION, "PUT /Users/r-u"), receiver.asked());
    assertEquals("W/2", receiver.versions().get(1));
  }

  @Test
  void answerAboutAnotherResourceIsNotBelieved() {
    linked(ResourceType.USER, "u");
    database.user("u", "zoe");
    mark(MarkKind.USER, "u", null);
    receiver.then(200, "{'id':'another','meta':{'version':'W/9'}}");
    drain();
    Link link = link(ResourceType.USER, "u");
    assertNull(link.pushed().hash());
    assertNull(link.remote().version());
    assertNotNull(link.lookAt());
    receiver.forget();
    receiver.otherwise(request -> "200 {'id':'another'}");
    clock.advance(Duration.ofMinutes(1));
    drain();
    assertEquals(List.of(LOOK + "Users/r-u" + VERSION), receiver.asked());
    assertNotNull(link(ResourceType.USER, "u").failure().notBefore());
  }

  @Test
  void personWhoseCreateWasAnsweredWithoutAnIdIsLookedForSoon() {
    database.user("u", "zoe");
    mark(MarkKind.USER, "u", null);
    receiver.then(201);
    drain();
    clock.advance(Duration.ofMinutes(1));
    receiver
        .then(200, "{'Resources':[{'id':'r-u','externalId':'u','meta':{'version':'W/1'}}]}")
        .then(200, "{'id':'r-u','meta':{'version':'W/1'}}");
    drain();
    assertEquals("r-u", link(ResourceType.USER, "u").remoteId());
    assertEquals("PUT /Users/r-u", receiver.asked().get(2));
  }

  /** A network that asks for a login answers everything by itself. */
  @ParameterizedTest
  @ValueSource(strings = {"<html>", "[]", "null", "{'id':"})
  void answerThatIsNoScimIsNotBelieved(String page) {
    database.user("new", "new");
    mark(MarkKind.USER, "new", null);
    for (String id : List.of("changed", "gone")) {
      linked(ResourceType.USER, id);
      mark(MarkKind.USER, id, null);
    }
    database.user("changed", "changed");
    receiver.otherwise(request -> "200 " + page);
    drain();
    for (String id : List.of("new", "changed", "gone")) {
      Link link = link(ResourceType.USER, id);
      assertNull(link.pushed().hash(), id);
      assertTrue(link.needsLook(clock.millis()), id);
      assertNotNull(link.lookAt(), id);
      assertNotNull(link.failure().notBefore(), id);
    }
  }
}
