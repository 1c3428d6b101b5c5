package com.abilian.sbe.scim.project;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.abilian.sbe.scim.project.Link.Pushed;
import com.abilian.sbe.scim.project.Link.Remote;
import java.util.List;
import java.util.Set;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** A link after any history, and what is decided by it. */
class LinkPropertyTest {

  private static final List<ScimResource> WANTED =
      List.of(
          Projection.group("g", "A", List.of()),
          Projection.group("g", "A", List.of("1")),
          Projection.group("g", "B", List.of("1")));

  /** One thing that happens to a resource. */
  private enum Step {
    SENT,
    ACCEPTED_0,
    ACCEPTED_1,
    ACCEPTED_2,
    FAILED,
    PARKED,
    STILL_IN,
    LOST;

    /** Which of WANTED the receiver accepted; null where it was none. */
    ScimResource accepted() {
      return name().startsWith("ACCEPTED") ? WANTED.get(ordinal() - ACCEPTED_0.ordinal()) : null;
    }

    Link happenTo(Link link, long now) {
      return switch (this) {
        case SENT -> link.inDoubt(9);
        case FAILED -> link.failed(false, now + 5, now, false, 500, "500");
        case PARKED -> link.failed(true, null, now, false, 400, "400");
        case STILL_IN -> link.failed(true, now + 5, now, true, 400, "400");
        case LOST -> link.lost(now, 404);
        default -> link.pushed(new Remote("r", "v" + now), new Pushed(accepted().hash()), now);
      };
    }
  }

  private record Told(List<Step> steps, Link link) {

    static Told of(List<Step> steps) {
      Link link = Link.creating(ResourceType.GROUP, "g");
      long now = 0;
      for (Step step : steps) {
        link = step.happenTo(link, ++now);
      }
      return new Told(steps, link);
    }

    Step last() {
      return steps.isEmpty() ? null : steps.get(steps.size() - 1);
    }

    /** How many steps ago something was last accepted; all of them where nothing was. */
    int failuresInARow() {
      int count = 0;
      for (int i = steps.size() - 1; i >= 0 && steps.get(i).accepted() == null; i--) {
        count += steps.get(i) == Step.SENT ? 0 : 1;
      }
      return count;
    }

    boolean stillIn() {
      return steps.stream().filter(step -> step != Step.SENT).reduce((a, b) -> b).orElse(null)
          == Step.STILL_IN;
    }
  }

  @Provide
  Arbitrary<Told> histories() {
    return Arbitraries.of(Step.class).list().ofMaxSize(8).map(Told::of);
  }

  @Provide
  Arbitrary<ScimResource> wanted() {
    return Arbitraries.of(WANTED);
  }

  @Property
  void receiverIsBelievedToHoldOnlyWhatItAcceptedLast(
      @ForAll("histories") Told told, @ForAll("wanted") ScimResource wanted) {
    ScimResource last = told.last() == null ? null : told.last().accepted();
    boolean accepted = last != null && last.attributes().equals(wanted.attributes());
    assertEquals(accepted, told.link().holds(wanted));
    Set<String> held = last == null ? Set.of() : Set.copyOf(last.members());
    assertEquals(
        last == wanted ? Decision.KEEP : Decision.SEND,
        Decision.onState(wanted, told.link(), held));
  }

  @Property
  void nothingIsHeldOnceSomethingWasSent(
      @ForAll("histories") Told told, @ForAll("wanted") ScimResource wanted) {
    assertFalse(told.link().inDoubt(9).holds(wanted));
    assertFalse(told.link().inDoubt(9).holdsAttributes(wanted));
    assertEquals(told.link().remoteId(), told.link().inDoubt(9).remoteId());
  }

  @Property
  void whoIsThereIsNeverRemovedAndWhoIsGoneNeverSent(@ForAll("histories") Told told) {
    assertEquals(Decision.SEND, Decision.onPresence(true, told.link()));
    assertEquals(Decision.REMOVE, Decision.onPresence(false, told.link()));
  }

  @Property
  void whatANewerReleaseHoldsBackIsLeftAlone(
      @ForAll("histories") Told told, @ForAll boolean present) {
    Link link = told.link();
    Link foreign =
        new Link(
            link.type(),
            link.resourceId(),
            LinkState.FOREIGN,
            link.remote(),
            link.pushed(),
            link.failure(),
            link.lastOkAt(),
            link.lookAt());
    assertEquals(Decision.LEAVE, Decision.onPresence(present, foreign));
  }

  @Property
  void failuresAreCountedFromTheLastSuccess(@ForAll("histories") Told told) {
    Link link = told.link();
    assertEquals(told.failuresInARow(), link.attempts());
    assertEquals(told.failuresInARow() > 0, link.failure().dirtySince() != null);
    assertEquals(told.stillIn(), link.failure().stillInSince() != null);
  }

  @Property
  void lagIsMeasuredFromTheFirstFailure(@ForAll("histories") Told told) {
    Link link = told.link();
    Long since = link.failed(false, 101L, 100, false, 500, "500").failure().dirtySince();
    assertEquals(link.attempts() == 0 ? Long.valueOf(100) : link.failure().dirtySince(), since);
  }

  @Property
  void groupIsSentWholeUnlessOnlyItsLastStateIsMissing(@ForAll("histories") Told told) {
    boolean known =
        told.failuresInARow() == 0 && told.link().remoteId() != null && !inDoubt(told.link());
    assertEquals(!known, Decision.needsWhole(told.link(), 1));
    assertTrue(Decision.needsWhole(null, 1));
  }

  private static boolean inDoubt(Link link) {
    return link.lookAt() != null && link.needsLook(1);
  }

  @Property
  void lostResourceHasNoIdAndIsDueAtOnce(@ForAll("histories") Told told) {
    Link lost = told.link().lost(100, 404);
    assertNull(lost.remoteId());
    assertEquals(100L, lost.failure().notBefore());
    assertNotEquals(LinkState.PARKED, lost.state());
  }
}
