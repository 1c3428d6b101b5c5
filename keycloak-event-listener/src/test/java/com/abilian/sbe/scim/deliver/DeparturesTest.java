package com.abilian.sbe.scim.deliver;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.abilian.sbe.scim.directory.Presence;
import com.abilian.sbe.scim.project.Link;
import com.abilian.sbe.scim.project.Loss;
import com.abilian.sbe.scim.project.LossCause;
import com.abilian.sbe.scim.project.ResourceType;
import com.abilian.sbe.scim.store.LossStore;
import com.abilian.sbe.scim.store.Mark;
import com.abilian.sbe.scim.store.MarkKind;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** What becomes of people from a directory whom Keycloak no longer has. */
class DeparturesTest extends DeliveryFixture {

  private static final Duration MINUTE = Duration.ofMinutes(1);

  @BeforeEach
  void imported() {
    receiver.otherwise(
        request ->
            switch (request.method()) {
              case "POST" -> "201 {'id':'r-" + request.body().path("externalId").asText() + "'}";
              case "DELETE" -> "204";
              default -> "200 {'id':'" + request.path().substring("/Users/".length()) + "'}";
            });
    appears("u", "d");
    mark(MarkKind.USER, "u", null);
    drain();
    receiver.forget();
  }

  private void appears(String id, String directoryId) {
    database.user(id, "zoe");
    database.sql("UPDATE USER_ENTITY SET FEDERATION_LINK = 'p' WHERE ID = '%s'".formatted(id));
    database.sql(
        "INSERT INTO USER_ATTRIBUTE (USER_ID, NAME, VALUE) VALUES ('%s', 'LDAP_ID', '%s')"
            .formatted(id, directoryId));
  }

  private void vanishes(String id, String cause) {
    database.sql("DELETE FROM USER_ATTRIBUTE WHERE USER_ID = '%s'".formatted(id));
    database.sql("DELETE FROM USER_ENTITY WHERE ID = '%s'".formatted(id));
    Mark mark = Mark.of("r", "e", Mark.Priority.LIVE, MarkKind.USER, id, null, cause);
    database.run(c -> stores.marks().insert(c, List.of(mark)));
  }

  @ParameterizedTest
  @CsvSource({
    "USER_REMOVED, ABSENT,       DELETE /Users/r-u",
    "USER_REMOVED, NO_PROVIDER,  DELETE /Users/r-u",
    "USER_REMOVED, IN_REACH,     PATCH /Users/r-u",
    "USER_REMOVED, OUT_OF_REACH, PATCH /Users/r-u",
    "DROPPED,      ABSENT,       DELETE /Users/r-u",
    "DROPPED,      NO_PROVIDER,  DELETE /Users/r-u",
    "DROPPED,      IN_REACH,     ",
    "DROPPED,      OUT_OF_REACH, PATCH /Users/r-u",
    "COMPARED,     IN_REACH,     ",
    "COMPARED,     ABSENT,       DELETE /Users/r-u",
  })
  void theDirectoryDecidesWhatIsSent(String cause, Presence presence, String sent) {
    directories.has("d", presence);
    vanishes("u", cause);
    drain();
    assertEquals(sent == null ? List.of() : List.of(sent), receiver.written());
    assertEquals(List.of(Set.of("d")), directories.asked());
    assertEquals(0, marks());
  }

  @Test
  void whoIsDeletedWhileTheEntryIsThereIsDeactivatedAndKept() {
    directories.has("d", Presence.IN_REACH);
    vanishes("u", "USER_REMOVED");
    drain();
    assertFalse(
        receiver.body(0).path("Operations").path(0).path("value").path("active").asBoolean(true)
            && receiver.body(0).path("Operations").path(0).path("value").asBoolean(true));
    assertTrue(link(ResourceType.USER, "u").isSuspended());

    mark(Mark.Priority.FULL_SYNC, MarkKind.USER, "u", null);
    drain();
    assertEquals(1, receiver.written().size());

    directories.has("d", Presence.ABSENT);
    mark(Mark.Priority.FULL_SYNC, MarkKind.USER, "u", null);
    drain();
    assertEquals("DELETE /Users/r-u", receiver.written().get(1));
  }

  @ParameterizedTest
  @CsvSource({"USER_REMOVED", "DROPPED"})
  void whoIsImportedAgainKeepsTheAccount(String cause) {
    directories.has("d", Presence.IN_REACH);
    vanishes("u", cause);
    drain();
    receiver.forget();

    appears("v", "d");
    mark(MarkKind.USER, "v", null);
    drain();

    assertEquals(List.of("PUT /Users/r-u"), receiver.written());
    assertEquals("v", receiver.body(0).path("externalId").asText());
    assertTrue(receiver.body(0).path("active").asBoolean());
    assertEquals("r-u", link(ResourceType.USER, "v").remoteId());
    assertNull(link(ResourceType.USER, "u"));
  }

  @Test
  void whoIsBackBeforeTheRemovalIsDeliveredKeepsTheAccountToo() {
    vanishes("u", "DROPPED");
    appears("v", "d");
    drain();
    assertEquals(List.of("PUT /Users/r-u"), receiver.written());
    assertEquals("v", receiver.body(0).path("externalId").asText());
    assertEquals(0, marks());
  }

  @Test
  void whatIsHeldOfAFormerIdIsHeldNoMoreOnceAnotherHasTheAccount() {
    database.sql("DELETE FROM USER_ATTRIBUTE WHERE USER_ID = 'u'");
    database.sql("DELETE FROM USER_ENTITY WHERE ID = 'u'");
    Loss loss = new Loss(Loss.Key.of(ResourceType.USER, "u"), LossCause.COMPARED, 0);
    database.run(c -> stores.losses().insert(c, "e", LossStore.State.HELD, List.of(loss)));
    appears("v", "d");
    mark(MarkKind.USER, "v", null);
    drain();
    assertEquals("r-u", link(ResourceType.USER, "v").remoteId());
    assertEquals(Set.of(), database.call(c -> stores.losses().held(c, "e")).keySet());
  }

  private void answerForGroups() {
    receiver.otherwise(
        request -> {
          String[] path = request.path().substring(1).split("[/?]");
          return switch (request.method()) {
            case "POST" -> "201 {'id':'r-" + request.body().path("externalId").asText() + "'}";
            default -> "200 {'id':'" + (path.length > 1 ? path[1] : "") + "'}";
          };
        });
  }

  @Test
  void whoIsImportedAgainLeavesTheGroupsThatKeycloakNoLongerHasThemIn() {
    answerForGroups();
    database.group("g", "Group", " ");
    database.join("g", "u");
    mark(MarkKind.GROUP, "g", null);
    drain();
    assertEquals(Set.of("r-u"), held("g"));
    database.sql("DELETE FROM USER_GROUP_MEMBERSHIP");
    vanishes("u", "DROPPED");
    appears("v", "d");
    drain();
    assertEquals("r-u", link(ResourceType.USER, "v").remoteId());
    assertEquals(Set.of(), held("g"));
    assertEquals(0, marks());
  }

  @Test
  void whatTheFormerIdHasLeftIsLeftByWhoHasTheAccountNow() {
    answerForGroups();
    database.group("g", "Group", " ");
    database.sql("INSERT INTO SBE_SCIM_DIRECTORY_MEMBER VALUES ('g', 'u', 'm')");
    mark(MarkKind.GROUP, "g", null);
    drain();
    vanishes("u", "DROPPED");
    appears("v", "d");
    drain();
    assertEquals(Set.of("r-u"), held("g"), "the next snapshot tells");
    database.sql("DELETE FROM SBE_SCIM_DIRECTORY_MEMBER");
    mark(MarkKind.MEMBER, "g", "u");
    drain();
    assertEquals(Set.of(), held("g"));
    assertEquals(0, marks());
  }

  @Test
  void whatAFormerIdHasLeftIsLeftByWhoHasTheAccountThoughKeycloakHasDroppedThemToo() {
    answerForGroups();
    directories.has("d", Presence.IN_REACH);
    database.group("g", "Group", " ");
    database.sql("INSERT INTO SBE_SCIM_DIRECTORY_MEMBER VALUES ('g', 'u', 'm')");
    mark(MarkKind.GROUP, "g", null);
    drain();
    vanishes("u", "DROPPED");
    appears("v", "d");
    drain();
    vanishes("v", "DROPPED");
    drain();
    database.run(stores.directoryPeople()::forgetStrays);
    assertEquals("r-u", link(ResourceType.USER, "v").remoteId());
    database.sql("DELETE FROM SBE_SCIM_DIRECTORY_MEMBER");
    mark(MarkKind.MEMBER, "g", "u");
    drain();
    assertEquals(Set.of(), held("g"));
    assertEquals(0, marks());
  }

  @Test
  void anotherEntryOfTheSameNameIsAnotherPerson() {
    directories.has("d", Presence.ABSENT);
    vanishes("u", "DROPPED");
    appears("v", "e");
    mark(MarkKind.USER, "v", null);
    drain();
    assertEquals(List.of("DELETE /Users/r-u", "POST /Users"), receiver.written());
  }

  @Test
  void nobodyWhoIsDroppedIsRemovedWhileTheDirectoryIsAway() {
    directories.answers(false);
    vanishes("u", "DROPPED");
    drain();
    assertEquals(List.of(), receiver.written());

    clock.advance(MINUTE);
    drain();
    assertEquals(List.of(), receiver.written());

    directories.answers(true);
    directories.has("d", Presence.ABSENT);
    clock.advance(MINUTE);
    drain();
    assertEquals(List.of("DELETE /Users/r-u"), receiver.written());
  }

  @Test
  void whoIsDeletedWhileTheDirectoryIsAwayIsDeactivatedAtOnce() {
    directories.answers(false);
    vanishes("u", "USER_REMOVED");
    drain();
    assertEquals(List.of("PATCH /Users/r-u"), receiver.written());
    assertTrue(link(ResourceType.USER, "u").isSuspended());
  }

  @Test
  void aDirectoryThatKeptOneRoundWaitingKeepsNoOtherWaiting() {
    directories.answers(false);
    vanishes("u", "DROPPED");
    drain();
    mark(MarkKind.USER, "u", null);
    drain();
    assertEquals(1, directories.asked().size());
  }

  @Test
  void aDeactivationThatFailedIsTriedAgain() {
    directories.has("d", Presence.IN_REACH);
    receiver.then(400, "{'detail':'no'}").then(400, "{'detail':'no'}");
    vanishes("u", "USER_REMOVED");
    drain();
    assertFalse(link(ResourceType.USER, "u").isSuspended());

    clock.advance(Duration.ofMinutes(15));
    drain();
    assertTrue(link(ResourceType.USER, "u").isSuspended());
  }

  @Test
  void ofManyWhomAFilterHidesOnlyAFewAreDeactivated() {
    for (int number = 0; number < 20; number++) {
      database.user("x" + number, "agent" + number);
      database.sql(
          "UPDATE USER_ENTITY SET FEDERATION_LINK = 'p' WHERE ID = 'x%d'".formatted(number));
      database.sql(
          "INSERT INTO USER_ATTRIBUTE (USER_ID, NAME, VALUE) VALUES ('x%d', 'LDAP_ID', 'e%d')"
              .formatted(number, number));
      mark(MarkKind.USER, "x" + number, null);
      directories.has("e" + number, Presence.OUT_OF_REACH);
    }
    drain();
    receiver.forget();
    for (int number = 0; number < 20; number++) {
      vanishes("x" + number, "DROPPED");
    }
    drain();
    assertTrue(receiver.written().size() <= 3, receiver.written()::toString);
    assertTrue(receiver.written().stream().allMatch(sent -> sent.startsWith("PATCH ")));

    for (int number = 0; number < 20; number++) {
      database.user("y" + number, "agent" + number);
      database.sql(
          "UPDATE USER_ENTITY SET FEDERATION_LINK = 'p' WHERE ID = 'y%d'".formatted(number));
      database.sql(
          "INSERT INTO USER_ATTRIBUTE (USER_ID, NAME, VALUE) VALUES ('y%d', 'LDAP_ID', 'e%d')"
              .formatted(number, number));
      mark(MarkKind.USER, "y" + number, null);
    }
    receiver.forget();
    drain();
    assertTrue(receiver.written().stream().allMatch(sent -> sent.startsWith("PUT ")));
    assertEquals(20, receiver.written().size());
    assertEquals(
        Set.of(),
        Set.copyOf(
            database
                .call(c -> stores.links().find(c, "e", ResourceType.USER, Set.of("x0", "x19")))
                .keySet()));
  }

  @Test
  void whoCameFromNoDirectoryIsDeletedWithoutAQuestion() {
    database.user("w", "own");
    mark(MarkKind.USER, "w", null);
    drain();
    vanishes("w", "USER_REMOVED");
    drain();
    assertEquals("DELETE /Users/r-w", receiver.written().get(1));
    assertEquals(List.of(), directories.asked());
  }

  @Test
  void whoWasUnlinkedIsKeycloaksOwn() {
    database.sql("UPDATE USER_ENTITY SET FEDERATION_LINK = NULL WHERE ID = 'u'");
    mark(MarkKind.USER, "u", null);
    drain();
    receiver.forget();
    directories.has("d", Presence.IN_REACH);
    vanishes("u", "USER_REMOVED");
    drain();
    assertEquals(List.of("DELETE /Users/r-u"), receiver.written());
  }

  @ParameterizedTest
  @EnumSource(Presence.class)
  void whatADirectoryTellsOfWhoWasDeletedIsStillWhatSomebodyAskedFor(Presence presence) {
    assertEquals(LossCause.ASKED, Departures.cause(presence, LossCause.ASKED));
  }

  @Test
  void aLinkThatWasPassedOnIsNoLongerTheFormerOne() {
    Link before = link(ResourceType.USER, "u");
    assertEquals("v", before.passedTo("v").resourceId());
    assertEquals(before.remoteId(), before.passedTo("v").remoteId());
  }
}
