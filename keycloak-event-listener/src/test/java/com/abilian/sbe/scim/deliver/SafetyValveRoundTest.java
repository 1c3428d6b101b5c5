package com.abilian.sbe.scim.deliver;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.abilian.sbe.scim.project.AttributeMapping;
import com.abilian.sbe.scim.project.Link;
import com.abilian.sbe.scim.project.LossCause;
import com.abilian.sbe.scim.project.Projection;
import com.abilian.sbe.scim.project.ResourceType;
import com.abilian.sbe.scim.project.ScimResource;
import com.abilian.sbe.scim.project.UserMapping;
import com.abilian.sbe.scim.project.UserNeeds;
import com.abilian.sbe.scim.project.UserState;
import com.abilian.sbe.scim.reconcile.Valve;
import com.abilian.sbe.scim.store.LossStore;
import com.abilian.sbe.scim.store.Mark;
import com.abilian.sbe.scim.store.MarkKind;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Whatever is to be lost at the receiver passes the safety valve first. */
class SafetyValveRoundTest extends DeliveryFixture {

  private static final int PEOPLE = 60;

  private static final UserMapping MAPPING =
      UserMapping.of(AttributeMapping.parse(AttributeMapping.DEFAULT));

  private ReceiverModel model;

  @BeforeEach
  void everybodyIsThere() {
    model = new ReceiverModel();
    receiver.otherwise(model);
    IntStream.range(0, PEOPLE).forEach(number -> database.user(id(number), "name" + number));
    database.group("g", "Group", " ");
    IntStream.range(0, PEOPLE).forEach(number -> database.join("g", id(number)));
    List<String> ids = IntStream.range(0, PEOPLE).mapToObj(SafetyValveRoundTest::id).toList();
    List<String> remoteIds = ids.stream().map(id -> "r-" + id).toList();
    Map<String, UserState> users =
        database.call(c -> stores.realms().users(c, "r", ids, UserNeeds.NONE));
    users.forEach((id, user) -> there("r-" + id, Projection.user(user, MAPPING)));
    ids.forEach(id -> model.putUser("r-" + id, id));
    there("r-g", Projection.group("g", "Group", List.of()));
    model.putGroup("r-g", "g", "Group", remoteIds);
    database.run(c -> stores.members().replace(c, "e", "g", remoteIds));
    assertEquals(PEOPLE, people().size());
    assertEquals(PEOPLE, held("g").size());
  }

  private void there(String remoteId, ScimResource sent) {
    Link link =
        Link.creating(sent.type(), sent.externalId())
            .pushed(new Link.Remote(remoteId, null), Link.Pushed.of(sent), 1);
    database.run(c -> stores.links().save(c, "e", List.of(link)));
  }

  private static String id(int number) {
    return "u%02d".formatted(number);
  }

  /** Keycloak's ids of those whom the receiver has and lets in. */
  private Set<String> people() {
    return model.active();
  }

  private LossStore.Held losses() {
    return database.call(c -> stores.losses().summary(c, "e"));
  }

  private void mark(LossCause cause, int number, long at) {
    Mark now = Mark.of("r", "e", Mark.Priority.LIVE, MarkKind.USER, id(number), null, cause.name());
    Mark then =
        new Mark(now.id(), "r", "e", now.priority(), now.kind(), id(number), null, now.cause(), at);
    database.run(c -> stores.marks().insert(c, List.of(then)));
  }

  /** Keycloak no longer has these, from the first to the one before the last. */
  private void lose(LossCause cause, int first, int last) {
    lose(cause, first, last, clock.millis());
  }

  private void lose(LossCause cause, int first, int last, long at) {
    for (int number = first; number < last; number++) {
      String user = id(number);
      database.sql("DELETE FROM USER_GROUP_MEMBERSHIP WHERE USER_ID = '%s'".formatted(user));
      database.sql("DELETE FROM USER_ENTITY WHERE ID = '%s'".formatted(user));
      mark(cause, number, at);
    }
  }

  private void disable(LossCause cause, int first, int last) {
    for (int number = first; number < last; number++) {
      database.sql("UPDATE USER_ENTITY SET ENABLED = FALSE WHERE ID = '%s'".formatted(id(number)));
      mark(cause, number, clock.millis());
    }
  }

  private Valve valve() {
    return new Valve(stores, "r", "e");
  }

  @Test
  void whomADirectoryDoesNotShowStayOnceTheyAreManyAndEverythingElseGoesOn() {
    lose(LossCause.DROPPED, 0, 48);
    database.user("new", "new");
    mark(MarkKind.USER, "new", null);
    drain();
    assertEquals(PEOPLE + 1, people().size());
    assertEquals(48, losses().count());
    assertEquals(Map.of(LossCause.DROPPED, 48), losses().causes());
    assertEquals(0, marks(), "what is held waits in its own table");
    receiver.forget();
    assertFalse(round.run(), "and nothing is tried again and again");
    assertEquals(List.of(), receiver.asked());
  }

  @Test
  void ofThoseWhoGoOneByOneUnaskedTheFourthStays() {
    for (int number = 0; number < 6; number++) {
      lose(LossCause.DROPPED, number, number + 1);
      drain();
    }
    assertEquals(PEOPLE - 3, people().size());
    assertEquals(3, losses().count());
  }

  @Test
  void leaversWhoAreDeletedOneByOneAreGoneThoughOthersAreHeld() {
    lose(LossCause.DROPPED, 0, 48);
    drain();
    for (int number = 48; number < 58; number++) {
      lose(LossCause.ASKED, number, number + 1);
      drain();
      assertFalse(people().contains(id(number)));
    }
    assertEquals(48, losses().count());
  }

  @Test
  void deletingOneInFiveByHandIsLetPassAndTheNextStays() {
    lose(LossCause.ASKED, 0, 12);
    drain();
    assertEquals(PEOPLE - 12, people().size());
    lose(LossCause.ASKED, 12, 13);
    drain();
    assertEquals(PEOPLE - 12, people().size());
    assertEquals(Map.of(LossCause.ASKED, 1), losses().causes());
  }

  @Test
  void whoWasDeletedOverADayWhileTheReceiverWasAwayGoesAtOnce() {
    long aDayAgo = clock.millis() - Duration.ofDays(1).toMillis();
    for (int number = 0; number < 30; number++) {
      lose(LossCause.ASKED, number, number + 1, aDayAgo + number * 600_000L);
    }
    drain();
    assertEquals(PEOPLE - 30, people().size());
  }

  @Test
  void deactivationsCountAsRemovalsDo() {
    disable(LossCause.COMPARED, 0, 10);
    drain();
    assertEquals(PEOPLE, people().size());
    assertEquals(10, losses().count());
  }

  @Test
  void changesOfWhoIsInactiveAlreadyAreNoLosses() {
    disable(LossCause.ASKED, 0, 12);
    drain();
    assertEquals(PEOPLE - 12, people().size());
    database.sql("UPDATE USER_ENTITY SET LAST_NAME = 'Other'");
    IntStream.range(0, PEOPLE).forEach(number -> mark(LossCause.FULL_SYNC, number, clock.millis()));
    drain();
    assertEquals(0, losses().count());
    assertEquals("Other", model.ofExternalId(true, id(0)).at("/name/familyName").asText());
  }

  @Test
  void whatIsHeldStaysHeldForTheNextHolder() {
    lose(LossCause.DROPPED, 0, 48);
    drain();
    round = roundOf(MAPPING);
    IntStream.range(0, 2).forEach(number -> mark(MarkKind.USER, id(number), null));
    drain();
    assertEquals(PEOPLE, people().size());
    assertEquals(48, losses().count());
  }

  @Test
  void lossThatIsTriedAgainCountsOnce() {
    model.refuse(request -> request.method().equals("GET") ? 0 : 400);
    lose(LossCause.DROPPED, 0, 3);
    drain();
    for (int attempt = 0; attempt < 5; attempt++) {
      clock.advance(Duration.ofMinutes(5));
      drain();
    }
    assertEquals(0, losses().count());
    model.acceptEverything();
    clock.advance(Duration.ofMinutes(5));
    drain();
    assertEquals(PEOPLE - 3, people().size());
  }

  @Test
  void whatIsReleasedIsSentAndCountsNoMore() {
    lose(LossCause.DROPPED, 0, 48);
    drain();
    assertEquals(48, database.call(valve()::release).intValue());
    drain();
    assertEquals(PEOPLE - 48, people().size());
    assertEquals(0, losses().count());
    assertNull(losses().since());
    lose(LossCause.DROPPED, 48, 50);
    drain();
    assertEquals(PEOPLE - 50, people().size());
  }

  @Test
  void whatIsDiscardedIsReadAgainAndHeldAgainIfItIsStillGone() {
    lose(LossCause.DROPPED, 0, 48);
    drain();
    for (int number = 0; number < 40; number++) {
      database.user(id(number), "name" + number);
      database.join("g", id(number));
    }
    receiver.forget();
    assertEquals(48, database.call(valve()::discard).intValue());
    drain();
    assertEquals(PEOPLE, people().size());
    assertEquals(8, losses().count());
    assertEquals(List.of(), receiver.written(), "the others are as they were");
  }

  @Test
  void whoIsHeldAndComesBackIsHeldNoMore() {
    lose(LossCause.DROPPED, 0, 48);
    drain();
    database.user(id(0), "name0");
    database.join("g", id(0));
    mark(MarkKind.USER, id(0), null);
    drain();
    assertEquals(47, losses().count());
  }

  @Test
  void whoIsHeldStaysInTheirGroups() {
    lose(LossCause.DROPPED, 0, 48);
    drain();
    mark(Mark.Priority.FULL_SYNC, MarkKind.GROUP, "g", null);
    database.sql("UPDATE KEYCLOAK_GROUP SET NAME = 'Other'");
    drain();
    assertEquals(PEOPLE, model.members(model.id(false, "g")).size());
    assertEquals("Other", model.ofExternalId(false, "g").path("displayName").asText());
    assertEquals(48, losses().count(), "each of them once");
    database.run(c -> valve().release(c));
    drain();
    mark(Mark.Priority.FULL_SYNC, MarkKind.GROUP, "g", null);
    drain();
    assertEquals(PEOPLE - 48, held("g").size());
  }

  /** Ten are held, and one or more of them leave the group meanwhile, which is held with them. */
  private void holdTenOfWhomSomeLeave(int leavers) {
    disable(LossCause.COMPARED, 0, 10);
    drain();
    for (int number = 0; number < leavers; number++) {
      database.sql("DELETE FROM USER_GROUP_MEMBERSHIP WHERE USER_ID = '%s'".formatted(id(number)));
      mark(MarkKind.MEMBER, "g", id(number));
      drain();
    }
    assertEquals(PEOPLE, model.members(model.id(false, "g")).size());
    assertEquals(10, losses().count(), "each of them once");
  }

  @Test
  void whoIsHeldAndLeavesAGroupHasLeftItOnceTheyAreReleased() {
    holdTenOfWhomSomeLeave(10);
    assertEquals(10, database.call(valve()::release).intValue());
    drain();
    assertEquals(PEOPLE - 10, people().size());
    assertEquals(PEOPLE - 10, model.members(model.id(false, "g")).size());
    assertEquals(0, losses().count());
  }

  @Test
  void whoIsHeldAndLeavesAGroupHasLeftItOnceTheyAreDiscarded() {
    holdTenOfWhomSomeLeave(1);
    database.sql("UPDATE USER_ENTITY SET ENABLED = TRUE");
    assertEquals(10, database.call(valve()::discard).intValue());
    drain();
    assertEquals(PEOPLE, people().size());
    assertEquals(PEOPLE - 1, model.members(model.id(false, "g")).size());
  }

  @Test
  void whoIsHeldAndLeavesAGroupHasLeftItOnceTheyAreHeldNoMore() {
    holdTenOfWhomSomeLeave(1);
    database.sql("UPDATE USER_ENTITY SET ENABLED = TRUE");
    IntStream.range(0, 10).forEach(number -> mark(MarkKind.USER, id(number), null));
    drain();
    assertEquals(0, losses().count());
    assertEquals(PEOPLE - 1, model.members(model.id(false, "g")).size());
  }

  @Test
  void aMembershipWhoseUserIsHeldNoMoreIsHeldByItselfWhileOthersAre() {
    holdTenOfWhomSomeLeave(1);
    database.sql("UPDATE USER_ENTITY SET ENABLED = TRUE WHERE ID = 'u00'");
    mark(MarkKind.USER, id(0), null);
    drain();
    assertEquals(10, losses().count(), "nine people, and the membership by itself");
    database.run(c -> valve().release(c));
    drain();
    assertEquals(PEOPLE - 9, people().size());
    assertEquals(PEOPLE - 1, model.members(model.id(false, "g")).size());
  }

  @Test
  void whoIsReleasedAndLeavesAGroupLaterIsJudgedAgain() {
    holdTenOfWhomSomeLeave(1);
    database.run(c -> valve().release(c));
    drain();
    for (int number = 20; number < 30; number++) {
      database.sql("DELETE FROM USER_GROUP_MEMBERSHIP WHERE USER_ID = '%s'".formatted(id(number)));
    }
    mark(Mark.Priority.FULL_SYNC, MarkKind.GROUP, "g", null);
    drain();
    assertEquals(10, losses().count());
  }

  @Test
  void membersWhoVanishFromAGroupUnaskedStayAndOthersJoin() {
    database.sql("DELETE FROM USER_GROUP_MEMBERSHIP WHERE USER_ID < 'u30'");
    database.user("new", "new");
    database.join("g", "new");
    mark(Mark.Priority.FULL_SYNC, MarkKind.GROUP, "g", null);
    drain();
    assertEquals(PEOPLE + 1, model.members(model.id(false, "g")).size());
    assertEquals(30, losses().count());
    database.join("g", "u05");
    mark(MarkKind.MEMBER, "g", "u05");
    drain();
    assertEquals(29, losses().count());
    database.run(c -> valve().release(c));
    drain();
    assertEquals(PEOPLE + 1 - 29, model.members(model.id(false, "g")).size());
  }

  @Test
  void whoLeavesByHandLeavesAtOnceUpToOneInFive() {
    for (int number = 0; number < 13; number++) {
      database.sql("DELETE FROM USER_GROUP_MEMBERSHIP WHERE USER_ID = '%s'".formatted(id(number)));
      mark(MarkKind.MEMBER, "g", id(number));
      drain();
    }
    assertEquals(PEOPLE - 12, model.members(model.id(false, "g")).size());
    assertEquals(Map.of(LossCause.ASKED, 1), losses().causes());
  }

  @Test
  void groupsThatVanishUnaskedStayWithTheirMembers() {
    for (int number = 0; number < 5; number++) {
      database.group("v" + number, "V" + number, " ");
      database.join("v" + number, "u01");
      mark(MarkKind.GROUP, "v" + number, null);
    }
    drain();
    database.sql("DELETE FROM USER_GROUP_MEMBERSHIP WHERE GROUP_ID LIKE 'v%'");
    database.sql("DELETE FROM KEYCLOAK_GROUP WHERE ID LIKE 'v%'");
    IntStream.range(0, 5)
        .forEach(number -> mark(Mark.Priority.FULL_SYNC, MarkKind.GROUP, "v" + number, null));
    drain();
    assertEquals(5, losses().count());
    assertEquals(Set.of(model.id(true, "u01")), model.members(model.id(false, "v0")));
    database.run(c -> valve().release(c));
    drain();
    assertNull(model.id(false, "v0"));
  }

  @Test
  void whoWasInDoubtAndIsHeldIsLookedAtBeforeAnythingElseIsSent() {
    model.refuse(request -> request.method().equals("PUT") ? 500 : 0);
    database.sql("UPDATE USER_ENTITY SET LAST_NAME = 'Other' WHERE ID = 'u00'");
    mark(MarkKind.USER, "u00", null);
    drain();
    model.acceptEverything();
    lose(LossCause.DROPPED, 0, 48);
    drain();
    Link held = link(ResourceType.USER, "u00");
    assertNull(held.failure().notBefore());
    assertTrue(held.needsLook(clock.millis()));
    clock.advance(Duration.ofDays(1));
    assertFalse(round.run());
  }

  @Test
  void personAtTheReceiverWhoIsFoundInactiveLosesNothing() {
    model.withUniqueNames();
    for (int number = 70; number < 80; number++) {
      database.sql(
          "INSERT INTO USER_ENTITY (ID, REALM_ID, USERNAME, ENABLED) VALUES ('%1$s', 'r', '%1$s', FALSE)"
              .formatted(id(number)));
      model.putInactiveUser("there" + number, id(number));
      mark(LossCause.FULL_SYNC, number, clock.millis());
    }
    drain();
    assertEquals(0, losses().count());
    assertEquals("there70", link(ResourceType.USER, "u70").remoteId());
  }

  /** States of what was judged and is still to become something. */
  private List<String> unsettled() {
    return database.call(
        c -> {
          List<String> states = new ArrayList<>();
          try (Statement statement = c.createStatement();
              ResultSet row =
                  statement.executeQuery("SELECT STATE FROM SBE_SCIM_LOSS WHERE STATE <> 'DONE'")) {
            while (row.next()) {
              states.add(row.getString(1));
            }
          }
          return states;
        });
  }

  private void holdMembers() {
    database.sql("DELETE FROM USER_GROUP_MEMBERSHIP WHERE USER_ID < 'u30'");
    mark(Mark.Priority.FULL_SYNC, MarkKind.GROUP, "g", null);
    drain();
    assertEquals(30, losses().count());
  }

  private void deleteGroup() {
    database.sql("DELETE FROM USER_GROUP_MEMBERSHIP");
    database.sql("DELETE FROM KEYCLOAK_GROUP");
    mark(MarkKind.GROUP, "g", null);
    drain();
    assertNull(model.id(false, "g"));
  }

  @Test
  void membersAreHeldNoMoreOnceTheirGroupIsGone() {
    holdMembers();
    deleteGroup();
    assertEquals(List.of(), unsettled());
  }

  @Test
  void membersWereReleasedAndTheirGroupIsGoneBeforeTheyAreSent() {
    holdMembers();
    model.refuse(request -> request.method().equals("PATCH") ? 500 : 0);
    database.run(c -> valve().release(c));
    drain();
    deleteGroup();
    assertEquals(List.of(), unsettled());
  }

  @Test
  void memberWhomTheReceiverHasLostStopsNoDeliveryOfAGroupThatIsEmpty() {
    database.sql("DELETE FROM USER_GROUP_MEMBERSHIP");
    mark(Mark.Priority.FULL_SYNC, MarkKind.GROUP, "g", null);
    drain();
    assertEquals(PEOPLE, losses().count());
    Link lost = link(ResourceType.USER, "u00").lost(1, 404);
    database.run(c -> stores.links().save(c, "e", List.of(lost)));
    mark(Mark.Priority.FULL_SYNC, MarkKind.GROUP, "g", null);
    drain();
    assertEquals(0, marks());
  }

  @Test
  void membersAreHeldNoMoreOnceTheyAreGoneThemselves() {
    holdMembers();
    lose(LossCause.ASKED, 0, 5);
    drain();
    assertEquals(PEOPLE - 5, people().size());
    assertEquals(Map.of(LossCause.FULL_SYNC, 25), losses().causes());
    database.run(c -> valve().release(c));
    drain();
    assertEquals(List.of(), unsettled());
  }

  @Test
  void membersWereReleasedWhomTheReceiverHasLostMeanwhile() {
    holdMembers();
    database.run(c -> stores.members().replace(c, "e", "g", List.of()));
    model.members("r-g").clear();
    database.run(c -> valve().release(c));
    drain();
    assertEquals(List.of(), unsettled());
  }

  @Test
  void whatIsGoneThoughNoAnswerSaidSoCountsAsRemoved() {
    model.refuse(request -> request.method().equals("DELETE") ? 500 : 0);
    lose(LossCause.ASKED, 0, 1);
    database.sql("DELETE FROM USER_GROUP_MEMBERSHIP");
    database.sql("DELETE FROM KEYCLOAK_GROUP");
    mark(MarkKind.GROUP, "g", null);
    drain();
    assertEquals(List.of("PASSED", "PASSED"), unsettled());
    model.forget("r-g");
    model.forget("r-u00");
    model.acceptEverything();
    clock.advance(Duration.ofMinutes(5));
    drain();
    clock.advance(Duration.ofMinutes(5));
    drain();
    assertEquals(List.of(), unsettled());
    assertEquals(1, database.call(c -> stores.losses().removedPeople(c, "e")).intValue());
  }
}
