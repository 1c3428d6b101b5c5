package com.abilian.sbe.scim.deliver;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.abilian.sbe.scim.deliver.FakeReceiver.Request;
import com.abilian.sbe.scim.project.ResourceType;
import com.abilian.sbe.scim.store.MarkKind;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * A request of which nobody saw the end (its sender died, or gave up waiting) arrives after what
 * was sent next. In the end the receiver equals Keycloak, and nothing is left to do.
 */
class LateRequestTest extends DeliveryFixture {

  private final LateReceiver model = new LateReceiver();

  @BeforeEach
  void listen() {
    receiver.otherwise(model);
    database.user("u", "zoe");
  }

  private void change() {
    mark(MarkKind.USER, "u", null);
    drain();
  }

  private void enabled(boolean enabled) {
    database.sql("UPDATE USER_ENTITY SET ENABLED = " + enabled);
    mark(MarkKind.USER, "u", null);
  }

  /** Sends what is marked; its requests do not arrive, and the next holder goes on. */
  private void sentTooLate() {
    model.hold();
    drain();
    model.release();
    clock.advance(Duration.ofSeconds(6));
    receiver.forget();
  }

  private void graceIsOver() {
    clock.advance(Subject.GRACE);
    receiver.forget();
    drain();
  }

  private JsonNode user() {
    assertEquals(1, model.all("Users").size());
    return model.all("Users").get(0);
  }

  private Set<String> members() {
    Set<String> ids = new TreeSet<>();
    model.all("Groups").get(0).path("members").forEach(one -> ids.add(one.path("value").asText()));
    return ids;
  }

  private void nothingIsLeftToDo() {
    graceIsOver();
    assertEquals(List.of(), receiver.asked());
    assertEquals(0, marks());
    assertNull(database.call(c -> stores.retries().nextDue(c, "e")));
  }

  @Test
  void replacementThatComesAfterTheNextIsRefused() {
    change();
    enabled(false);
    sentTooLate();
    database.sql("UPDATE USER_ENTITY SET ENABLED = TRUE, LAST_NAME = 'Zoé'");
    change();
    assertEquals(Set.of("412"), Set.copyOf(model.arrive()));
    assertTrue(user().path("active").asBoolean());

    graceIsOver();
    assertEquals(List.of("GET /Users/n0?attributes=externalId,meta.version"), receiver.asked());
    nothingIsLeftToDo();
  }

  @Test
  void replacementThatStillFitsBecauseTheNextChangedNothingIsFound() {
    change();
    enabled(false);
    sentTooLate();
    enabled(true);
    drain();
    assertNotNull(link(ResourceType.USER, "u").pushed().hash(), "the next one was answered");
    model.arrive();
    assertFalse(user().path("active").asBoolean(), "the late one fitted");

    graceIsOver();
    assertTrue(user().path("active").asBoolean());
    nothingIsLeftToDo();
  }

  @Test
  void leaverIsOutThoughALateReturnFitted() {
    database.sql("UPDATE USER_ENTITY SET ENABLED = FALSE");
    change();
    enabled(true);
    sentTooLate();
    enabled(false);
    drain();
    model.arrive();
    assertTrue(user().path("active").asBoolean(), "the late one fitted");

    graceIsOver();
    assertFalse(user().path("active").asBoolean());
    nothingIsLeftToDo();
  }

  @Test
  void removalThatComesAfterTheReturnOfThePersonIsRefused() {
    change();
    database.sql("DELETE FROM USER_ENTITY");
    mark(MarkKind.USER, "u", null);
    sentTooLate();
    database.user("u", "zoé");
    change();
    assertTrue(model.arrive().contains("412"));
    assertEquals("zoé", user().path("userName").asText());
    graceIsOver();
    nothingIsLeftToDo();
  }

  @Test
  void removalThatStillFitsIsMadeGood() {
    change();
    database.sql("DELETE FROM USER_ENTITY");
    mark(MarkKind.USER, "u", null);
    sentTooLate();
    database.user("u", "zoe");
    change();
    model.arrive();
    assertEquals(List.of(), model.all("Users"), "the late one fitted");
    graceIsOver();
    assertEquals("zoe", user().path("userName").asText());
    nothingIsLeftToDo();
  }

  @Test
  void leaveOfAMemberWhoHasComeBackIsMadeGood() {
    database.group("g", "G", " ");
    database.join("g", "u");
    mark(MarkKind.GROUP, "g", null);
    drain();
    assertEquals(Set.of("n0"), members());
    database.sql("DELETE FROM USER_GROUP_MEMBERSHIP");
    mark(MarkKind.MEMBER, "g", "u");
    sentTooLate();
    database.join("g", "u");
    mark(MarkKind.MEMBER, "g", "u");
    drain();
    model.arrive();
    assertEquals(Set.of(), members(), "the late one fitted, since nothing had changed");

    graceIsOver();
    assertEquals(Set.of("n0"), members());
    nothingIsLeftToDo();
  }

  @Test
  void createThatComesAfterTheNextMakesNobodyTwice() {
    mark(MarkKind.USER, "u", null);
    sentTooLate();
    drain();
    assertEquals(List.of("409"), model.arrive());
    user();
    graceIsOver();
    nothingIsLeftToDo();
  }

  @Test
  void createThatComesFirstAfterAllIsTakenUp() {
    mark(MarkKind.USER, "u", null);
    sentTooLate();
    model.arrive();
    database.sql("UPDATE USER_ENTITY SET USERNAME = 'zoé'");
    change();
    assertEquals("zoé", user().path("userName").asText());
    graceIsOver();
    nothingIsLeftToDo();
  }

  @Test
  void createOfSomebodyWhoIsGoneMeanwhileLeavesNobodyBehind() {
    mark(MarkKind.USER, "u", null);
    sentTooLate();
    database.sql("DELETE FROM USER_ENTITY");
    change();
    assertTrue(link(ResourceType.USER, "u").isGone());
    model.arrive();
    user();

    graceIsOver();
    assertEquals(List.of(), model.all("Users"));
    graceIsOver();
    assertNull(link(ResourceType.USER, "u"));
    nothingIsLeftToDo();
  }

  @Test
  void createThatAProxyRepeatsAfterTheRemovalLeavesNobodyBehind() throws Exception {
    change();
    JsonNode sent = new ObjectMapper().readTree(receiver.body(0).toString());
    database.sql("DELETE FROM USER_ENTITY");
    change();
    assertEquals(List.of(), model.all("Users"));
    model.repeat(new Request("POST", "/Users", sent, null));

    graceIsOver();
    assertEquals(List.of(), model.all("Users"));
    graceIsOver();
    nothingIsLeftToDo();
    assertNull(link(ResourceType.USER, "u"));
  }

  @Test
  void whoWasAcceptedLongAgoIsForgottenAtOnce() {
    change();
    clock.advance(Subject.GRACE);
    database.sql("DELETE FROM USER_ENTITY");
    receiver.forget();
    change();
    assertEquals(List.of("DELETE /Users/n0"), receiver.asked());
    assertNull(link(ResourceType.USER, "u"));
  }

  @Test
  void whatWasChangedThereIsReadAndReplaced() {
    change();
    model.repeat(new Request("PUT", "/Users/n0", new ObjectMapper().createObjectNode(), null));
    receiver.forget();
    enabled(false);
    drain();
    assertEquals(
        List.of(
            "PUT /Users/n0", "GET /Users/n0?attributes=externalId,meta.version", "PUT /Users/n0"),
        receiver.asked().stream().filter(asked -> !asked.startsWith("PATCH")).toList());
    assertFalse(user().path("active").asBoolean());
    assertEquals("zoe", user().path("userName").asText());
  }

  @Test
  void groupInWhichAMemberHasAnotherNameIsSentTheSameChangesOnceMore() {
    database.group("g", "G", " ");
    mark(MarkKind.GROUP, "g", null);
    change();
    model.repeat(
        new Request(
            "PUT",
            "/Groups/n1",
            new ObjectMapper().createObjectNode().put("externalId", "g").put("note", "renamed"),
            null));
    receiver.forget();
    database.join("g", "u");
    mark(MarkKind.MEMBER, "g", "u");
    drain();
    assertEquals(
        List.of(
            "PATCH /Groups/n1",
            "GET /Groups/n1?attributes=externalId,meta.version",
            "PATCH /Groups/n1"),
        receiver.asked());
    assertEquals(1, members().size());
    assertEquals(0, marks());
    assertEquals(0, link(ResourceType.GROUP, "g").attempts());
  }

  @Test
  void everyDoubtBeginsTheGraceAnew() {
    change();
    enabled(false);
    sentTooLate();
    clock.advance(Duration.ofSeconds(50));
    enabled(true);
    sentTooLate();
    enabled(false);
    drain();
    clock.advance(Duration.ofSeconds(20));
    drain();
    assertNotNull(link(ResourceType.USER, "u").lookAt());
    graceIsOver();
    assertNull(link(ResourceType.USER, "u").lookAt());
    assertFalse(user().path("active").asBoolean());
  }
}
