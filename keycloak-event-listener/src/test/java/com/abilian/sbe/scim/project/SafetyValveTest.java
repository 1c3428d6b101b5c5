package com.abilian.sbe.scim.project;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class SafetyValveTest {

  private static final long WINDOW = SafetyValve.WINDOW.toMillis();

  private static Loss loss(int person, LossCause cause, long at) {
    return new Loss(Loss.Key.of(ResourceType.USER, "u" + person), cause, at);
  }

  private static List<Loss> atOnce(int count, LossCause cause) {
    return IntStream.range(0, count).mapToObj(person -> loss(person, cause, 0)).toList();
  }

  private static int held(int count, LossCause cause, int people) {
    return SafetyValve.held(List.of(), atOnce(count, cause), false, people).size();
  }

  @Test
  void ofWhatNobodyAskedForThreeOrOneInAHundredPassUpToFifty() {
    for (int[] sample :
        new int[][] {{0, 3}, {60, 3}, {399, 3}, {400, 4}, {5_000, 50}, {1_000_000, 50}}) {
      assertEquals(sample[1], SafetyValve.unaskedLimit(sample[0]), "of " + sample[0]);
      assertEquals(0, held(sample[1], LossCause.DROPPED, sample[0]));
      assertEquals(sample[1] + 1, held(sample[1] + 1, LossCause.DROPPED, sample[0]));
    }
  }

  @Test
  void ofWhatWasAskedForOneInFivePassesAtLeastFromTenPeopleOnUpToFifty() {
    for (int[] sample :
        new int[][] {{0, 50}, {9, 50}, {10, 2}, {60, 12}, {250, 50}, {1_000_000, 50}}) {
      assertEquals(sample[1], SafetyValve.askedLimit(sample[0]), "of " + sample[0]);
      assertEquals(0, held(sample[1], LossCause.ASKED, sample[0]));
      assertEquals(sample[1] + 1, held(sample[1] + 1, LossCause.ASKED, sample[0]));
    }
  }

  @Test
  void everyCauseButOneIsUnasked() {
    for (LossCause cause : LossCause.values()) {
      assertEquals(cause == LossCause.ASKED ? 0 : 4, held(4, cause, 60), cause.name());
    }
  }

  @Test
  void onlyTheNextIsHeldOfThoseThatComeOneByOne() {
    List<Loss> gone = atOnce(3, LossCause.DROPPED);
    Loss next = loss(9, LossCause.DROPPED, WINDOW - 1);
    assertEquals(Set.of(next), SafetyValve.held(gone, List.of(next), false, 60));
    Loss later = loss(9, LossCause.DROPPED, WINDOW);
    assertEquals(Set.of(), SafetyValve.held(gone, List.of(later), false, 60));
  }

  @Test
  void whoLeftWhileTheReceiverWasAwayCountsByWhenItWas() {
    List<Loss> aDay =
        IntStream.range(0, 40)
            .mapToObj(person -> loss(person, LossCause.ASKED, person * WINDOW / 12))
            .toList();
    assertEquals(Set.of(), SafetyValve.held(List.of(), aDay, false, 60));
  }

  @Test
  void burstIsHeldWholeAndThoseFarFromItPass() {
    List<Loss> all =
        Stream.concat(
                atOnce(13, LossCause.ASKED).stream(),
                Stream.of(loss(20, LossCause.ASKED, 2 * WINDOW)))
            .toList();
    assertEquals(Set.copyOf(all.subList(0, 13)), SafetyValve.held(List.of(), all, false, 60));
  }

  @Test
  void personWhoLosesManyMembershipsIsOne() {
    List<Loss> groups =
        IntStream.range(0, 40)
            .mapToObj(n -> new Loss(Loss.Key.member("u", "g" + n), LossCause.COMPARED, 0))
            .toList();
    assertEquals(Set.of(), SafetyValve.held(List.of(), groups, false, 60));
  }

  @Test
  void whileSomeAreHeldThatNobodyAskedForAllFurtherOnesAre() {
    Loss one = loss(1, LossCause.ABSENT, 0);
    assertEquals(Set.of(one), SafetyValve.held(List.of(), List.of(one), true, 60));
    Loss asked = loss(1, LossCause.ASKED, 0);
    assertEquals(Set.of(), SafetyValve.held(List.of(), List.of(asked), true, 60));
  }

  @Test
  void whatIsHeldIsAmongTheNewOnesOnly() {
    List<Loss> known = atOnce(60, LossCause.ASKED);
    List<Loss> next = List.of(loss(90, LossCause.ASKED, 1));
    assertEquals(Set.copyOf(next), SafetyValve.held(known, next, true, 60));
    assertEquals(Set.of(), known.stream().filter(next::contains).collect(Collectors.toSet()));
  }
}
