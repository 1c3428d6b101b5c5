package com.abilian.sbe.scim.deliver;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.abilian.sbe.scim.project.ResourceType;
import com.abilian.sbe.scim.store.EndpointStore.State;
import com.abilian.sbe.scim.store.LinkReport;
import com.abilian.sbe.scim.store.Mark;
import com.abilian.sbe.scim.store.MarkKind;
import com.abilian.sbe.scim.store.MarkStore.Backlog;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The tables hold what only a newer release of the connector can read. */
class NewerReleaseTest extends DeliveryFixture {

  private void foreign(String id, int priority, String kind) {
    database.sql(
        "INSERT INTO SBE_SCIM_MARK VALUES ('%s', 'r', 'e', %d, '%s', 'u', NULL, 'NEWER', 1)"
            .formatted(id, priority, kind));
  }

  private void linkedOtherwise(ResourceType type, String id) {
    linked(type, id);
    database.sql("UPDATE SBE_SCIM_LINK SET STATE = 'HELD' WHERE RESOURCE_ID = '%s'".formatted(id));
  }

  private Backlog backlog() {
    return database.call(c -> stores.marks().backlog(c, "e"));
  }

  @Test
  void itsMarksWaitForItAndAllOthersAreDelivered() {
    database.user("u", "zoe");
    for (int i = 0; i < 600; i++) {
      foreign("0-%04d".formatted(i), i % 2, "PROVIDER");
    }
    foreign("0-priority", Mark.Priority.values().length, "USER");
    mark(MarkKind.USER, "u", null);
    mark(Mark.Priority.FULL_SYNC, MarkKind.REALM, "", null);
    receiver.then(201, "{'id':'r-u'}");
    drain();
    assertEquals(List.of("POST /Users"), receiver.asked());
    assertFalse(round.run());
    assertEquals(new Backlog(0, null, 601), backlog());
  }

  @Test
  void personWhoseLinkOnlyItUnderstandsIsLeftToIt() {
    database.user("here", "zoe");
    linkedOtherwise(ResourceType.USER, "here");
    linkedOtherwise(ResourceType.USER, "gone");
    database.user("other", "ada");
    mark(MarkKind.USER, "here", null);
    mark(MarkKind.USER, "gone", null);
    mark(Mark.Priority.FULL_SYNC, MarkKind.REALM, "", null);
    receiver.then(201, "{'id':'r-other'}");
    drain();
    assertEquals(List.of("POST /Users"), receiver.asked());
    assertEquals(0, marks());
    assertEquals("r-gone", link(ResourceType.USER, "gone").remoteId());
    assertEquals(2, database.call(c -> report.summary(c, "e")).foreign());
  }

  @Test
  void groupWhoseLinkOnlyItUnderstandsIsLeftToItAndTheRestOfItsTreeIsNot() {
    linkedOtherwise(ResourceType.GROUP, "top");
    linked(ResourceType.GROUP, "below");
    database.group("top", "T", " ");
    database.group("below", "B", "top");
    mark(MarkKind.GROUP_TREE, "top", null);
    mark(MarkKind.GROUP, "top", null);
    mark(MarkKind.MEMBER, "top", "u");
    receiver.then(503);
    drain();
    assertEquals(1, marks());
    clock.advance(Duration.ofMinutes(1));
    breaker.probed();
    receiver.then(200, "{'id':'r-below'}").then(200, "{}");
    drain();
    assertEquals(
        List.of("PATCH /Groups/r-below", "PUT /Groups/r-below"),
        receiver.asked().stream().filter(asked -> !asked.startsWith("GET")).toList());
    assertEquals(0, marks());
  }

  @Test
  void retriesThatOnlyItUnderstandsAreNotWaitedFor() {
    linkedOtherwise(ResourceType.USER, "u");
    linked(ResourceType.USER, "role");
    database.sql("UPDATE SBE_SCIM_LINK SET RESOURCE_TYPE = 'ROLE' WHERE RESOURCE_ID = 'role'");
    database.sql("UPDATE SBE_SCIM_LINK SET NOT_BEFORE = 1, DIRTY_SINCE = 1");
    Long due = database.call(c -> stores.retries().nextDue(c, "e"));
    assertNull(due);
    assertFalse(round.run());
    assertEquals(
        new LinkReport.Summary(1, 0, 0, 0, null, 2, 0, null),
        database.call(c -> report.summary(c, "e")));
  }

  @Test
  void stateOfAnEndpointThatOnlyItKnowsIsNoneThatGoesOnByItself() {
    database.sql("UPDATE SBE_SCIM_ENDPOINT SET STATE = 'VALVE', REASON = '60 would be removed'");
    var breaker = database.call(c -> stores.endpoints().find(c, "e")).orElseThrow();
    assertEquals(State.PAUSED, breaker.state());
    assertEquals("60 would be removed", breaker.reason());
    database.sql("UPDATE SBE_SCIM_ENDPOINT SET REASON = NULL");
    String told = database.call(c -> stores.endpoints().find(c, "e")).orElseThrow().reason();
    assertTrue(told.startsWith("VALVE "), told);
  }
}
