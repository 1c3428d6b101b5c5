package com.abilian.sbe.scim.project;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.abilian.sbe.scim.project.Link.Pushed;
import com.abilian.sbe.scim.project.Link.Remote;
import com.abilian.sbe.scim.project.ProvisioningScope.Leaving;
import com.abilian.sbe.scim.project.ProvisioningScope.Verdict;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class DecisionTest {

  private static final Set<String> NOBODY = Set.of();
  private static final ScimResource ZOE = user(true);
  private static final ScimResource GROUP = Projection.group("g", "G", List.of("r-u"));
  private static final Link NEW = Link.creating(ResourceType.USER, "u");
  private static final Link ZOE_IS_THERE = there(ZOE);
  private static final Link GROUP_IS_THERE = there(GROUP);
  private static final Link FOREIGN =
      new Link(
          ResourceType.USER,
          "u",
          LinkState.FOREIGN,
          new Remote("r-u", null),
          new Pushed(ZOE.hash()),
          LinkFailure.NONE,
          1L,
          null);

  private static ScimResource user(boolean enabled) {
    UserState state = new UserState("u", "zoe", null, null, null, enabled, Map.of(), Set.of());
    return Projection.user(state, UserMapping.of(AttributeMapping.parse(List.of())));
  }

  private static Link there(ScimResource resource) {
    return there(resource, resource.externalId());
  }

  private static Link there(ScimResource resource, String id) {
    return Link.creating(resource.type(), id)
        .pushed(new Remote("r-1", null), new Pushed(resource.hash()), 1);
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

  private static final Link LEFT = there(Projection.LEFT, "u");
  private static final Link GONE = ZOE_IS_THERE.gone(1);

  @Test
  void whoIsInScopeIsSent() {
    for (Link link : Arrays.asList(null, NEW, ZOE_IS_THERE, LEFT, GONE)) {
      assertEquals(Decision.SEND, Decision.onScope(Verdict.IN, Leaving.DEACTIVATE, link));
    }
  }

  @Test
  void whoLeavesTheScopeIsDeactivatedOrRemovedAndWhoWasNeverInIsNotTold() {
    for (Link link : List.of(NEW, ZOE_IS_THERE, LEFT, GONE)) {
      assertEquals(Decision.DEACTIVATE, Decision.onScope(Verdict.OUT, Leaving.DEACTIVATE, link));
      assertEquals(Decision.REMOVE, Decision.onScope(Verdict.OUT, Leaving.DELETE, link));
    }
    assertEquals(Decision.NOTHING, Decision.onScope(Verdict.OUT, Leaving.DELETE, null));
  }

  @Test
  void whereTheScopeIsNotKnownEverybodyStaysWhatTheyWere() {
    for (Leaving leaving : Leaving.values()) {
      assertEquals(Decision.NOTHING, Decision.onScope(Verdict.UNKNOWN, leaving, null));
      assertEquals(Decision.SEND, Decision.onScope(Verdict.UNKNOWN, leaving, ZOE_IS_THERE));
      assertEquals(Decision.DEACTIVATE, Decision.onScope(Verdict.UNKNOWN, leaving, LEFT));
      assertEquals(Decision.REMOVE, Decision.onScope(Verdict.UNKNOWN, leaving, GONE));
    }
  }

  @Test
  void whoIsDeletedInKeycloakIsRemovedWhateverTheScope() {
    for (Link link : List.of(NEW, ZOE_IS_THERE, LEFT, GONE)) {
      assertEquals(Decision.REMOVE, Decision.onScope(null, Leaving.DEACTIVATE, link));
    }
    assertEquals(Decision.NOTHING, Decision.onScope(null, Leaving.DEACTIVATE, null));
    assertEquals(Decision.LEAVE, Decision.onScope(Verdict.OUT, Leaving.DELETE, FOREIGN));
  }

  @Test
  void whatANewerReleaseStoredIsLeftToIt() {
    assertEquals(Decision.LEAVE, Decision.onPresence(true, FOREIGN));
    assertEquals(Decision.LEAVE, Decision.onPresence(false, FOREIGN));
  }

  @Test
  void whatTheReceiverHoldsIsNotSentAgain() {
    assertEquals(Decision.KEEP, Decision.onState(ZOE, ZOE_IS_THERE, NOBODY));
    assertEquals(Decision.KEEP, Decision.onState(GROUP, GROUP_IS_THERE, Set.of("r-u")));
  }

  @Test
  void disabledUserIsSentToBeDeactivated() {
    assertEquals(Decision.SEND, Decision.onState(user(false), ZOE_IS_THERE, NOBODY));
    assertFalse(user(false).active());
  }

  @Test
  void whateverIsInDoubtIsSent() {
    assertEquals(Decision.SEND, Decision.onState(ZOE, null, NOBODY));
    assertEquals(Decision.SEND, Decision.onState(ZOE, NEW, NOBODY));
    assertEquals(Decision.SEND, Decision.onState(ZOE, ZOE_IS_THERE.inDoubt(9), NOBODY));
    assertEquals(Decision.SEND, Decision.onState(ZOE, ZOE_IS_THERE.lost(2, 404), NOBODY));
    Link failed = ZOE_IS_THERE.failed(false, 9L, 2, false, 500, "PUT Users answered 500");
    assertEquals(Decision.SEND, Decision.onState(ZOE, failed, NOBODY));
  }

  @Test
  void groupWithOtherMembersIsSent() {
    assertEquals(Decision.SEND, Decision.onState(GROUP, GROUP_IS_THERE, NOBODY));
    assertEquals(Decision.SEND, Decision.onState(GROUP, GROUP_IS_THERE, Set.of("r-u", "r-v")));
    assertEquals(Decision.SEND, Decision.onState(GROUP, GROUP_IS_THERE, Set.of("r-v")));
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
