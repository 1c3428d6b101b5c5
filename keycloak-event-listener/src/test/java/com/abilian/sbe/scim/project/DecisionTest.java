package com.abilian.sbe.scim.project;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.abilian.sbe.scim.project.Link.Failure;
import com.abilian.sbe.scim.project.Link.Pushed;
import com.abilian.sbe.scim.project.Link.Remote;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class DecisionTest {

  private static final ScimResource ZOE = user(true);
  private static final ScimResource GROUP = Projection.group("g", "G", List.of("r-u"));
  private static final Link NEW = Link.creating(ResourceType.USER, "u");
  private static final Link ZOE_IS_THERE = there(ZOE);
  private static final Link GROUP_IS_THERE = there(GROUP);
  private static final Link FOREIGN =
      new Link(
          ResourceType.USER,
          "u",
          Link.State.FOREIGN,
          new Remote("r-u", null),
          new Pushed(ZOE.hash(), null),
          Failure.NONE,
          1L,
          null);

  private static ScimResource user(boolean enabled) {
    UserState state = new UserState("u", "zoe", null, null, null, enabled, Map.of());
    return Projection.user(state, AttributeMapping.parse(List.of()));
  }

  private static Link there(ScimResource resource) {
    return Link.creating(resource.type(), resource.externalId())
        .pushed(new Remote("r-1", null), new Pushed(resource.hash(), resource.membersHash()), 1);
  }

  @Test
  void whatKeycloakHasIsSent() {
    assertEquals(Decision.SEND, Decision.onPresence(true, null));
    assertEquals(Decision.SEND, Decision.onPresence(true, ZOE_IS_THERE));
  }

  @Test
  void whatKeycloakNoLongerHasIsRemovedWhereItMayHaveBeenSent() {
    assertEquals(Decision.REMOVE, Decision.onPresence(false, ZOE_IS_THERE));
    assertEquals(Decision.REMOVE, Decision.onPresence(false, NEW), "a create may be under way");
    assertEquals(Decision.NOTHING, Decision.onPresence(false, null));
  }

  @Test
  void whatANewerReleaseStoredIsLeftToIt() {
    assertEquals(Decision.LEAVE, Decision.onPresence(true, FOREIGN));
    assertEquals(Decision.LEAVE, Decision.onPresence(false, FOREIGN));
  }

  @Test
  void whatTheReceiverHoldsIsNotSentAgain() {
    assertEquals(Decision.KEEP, Decision.onState(ZOE, ZOE_IS_THERE));
    assertEquals(Decision.KEEP, Decision.onState(GROUP, GROUP_IS_THERE));
  }

  @Test
  void disabledUserIsSentToBeDeactivated() {
    assertEquals(Decision.SEND, Decision.onState(user(false), ZOE_IS_THERE));
    assertFalse(user(false).active());
  }

  @Test
  void whateverIsInDoubtIsSent() {
    assertEquals(Decision.SEND, Decision.onState(ZOE, null));
    assertEquals(Decision.SEND, Decision.onState(ZOE, NEW));
    assertEquals(Decision.SEND, Decision.onState(ZOE, ZOE_IS_THERE.inDoubt(9)));
    assertEquals(Decision.SEND, Decision.onState(ZOE, ZOE_IS_THERE.lost(2, 404)));
    Link failed = ZOE_IS_THERE.failed(false, 9L, 2, false, 500, "PUT Users answered 500");
    assertEquals(Decision.SEND, Decision.onState(ZOE, failed));
  }

  @Test
  void groupWithOtherMembersIsSent() {
    ScimResource more = Projection.group("g", "G", List.of("r-u", "r-v"));
    assertEquals(Decision.SEND, Decision.onState(more, GROUP_IS_THERE));
  }

  @Test
  void changesOfAGroupAreItsNameAndItsMemberships() {
    ScimResource renamed = Projection.group("g", "H", List.of());
    ScimResource same = Projection.group("g", "G", List.of());
    assertEquals(Decision.SEND_CHANGES, Decision.onChanges(renamed, GROUP_IS_THERE, false));
    assertEquals(Decision.SEND_CHANGES, Decision.onChanges(same, GROUP_IS_THERE, true));
    assertEquals(Decision.KEEP, Decision.onChanges(same, GROUP_IS_THERE, false));
  }

  @Test
  void groupIsSentWholeWhereChangesAloneWouldLeaveItWrong() {
    assertTrue(Decision.needsWhole(null, 1));
    assertTrue(Decision.needsWhole(GROUP_IS_THERE.lost(2, 404), 1));
    assertTrue(Decision.needsWhole(GROUP_IS_THERE.failed(true, null, 2, false, 400, "refused"), 1));
    assertFalse(Decision.needsWhole(GROUP_IS_THERE, 1));
    assertTrue(Decision.needsWhole(GROUP_IS_THERE.inDoubt(9), 1));
    assertFalse(Decision.needsWhole(GROUP_IS_THERE.stale(), 1));
  }
}
