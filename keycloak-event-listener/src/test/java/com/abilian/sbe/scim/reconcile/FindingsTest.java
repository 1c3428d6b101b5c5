package com.abilian.sbe.scim.reconcile;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.abilian.sbe.scim.project.ResourceType;
import java.util.List;
import org.junit.jupiter.api.Test;

class FindingsTest {

  private final Findings findings = new Findings();

  private static Difference changed(String id, String wanted, String pushed) {
    return new Difference(ResourceType.USER, id, null, wanted, pushed, 1L, false);
  }

  private static Difference gone(String id) {
    return new Difference(ResourceType.USER, id, null, null, "h", 1L, true);
  }

  private List<Difference> pass(Difference... found) {
    List<Difference> told = findings.take(List.of(found));
    findings.endPass();
    return told;
  }

  @Test
  void differenceIsToldOnceHoweverOftenItIsFound() {
    Difference refused = changed("u", "new", "old");
    assertEquals(List.of(refused), pass(refused));
    assertEquals(List.of(), pass(refused));
    assertEquals(List.of(), pass(refused));
  }

  @Test
  void anotherDifferenceOfTheSameResourceIsTold() {
    pass(changed("u", "new", "old"));
    Difference newer = changed("u", "newer", null);
    assertEquals(List.of(newer), pass(newer));
    Difference back = changed("u", "new", "newer");
    assertEquals(List.of(back), pass(back));
  }

  @Test
  void whatWasInLineMeanwhileIsToldAgain() {
    Difference difference = changed("u", "new", "old");
    pass(difference);
    pass();
    assertEquals(List.of(difference), pass(difference));
  }

  @Test
  void passThatBeginsAnewForgetsNothing() {
    Difference difference = changed("u", "new", "old");
    findings.take(List.of(difference));
    findings.restartPass();
    assertEquals(List.of(), pass(difference));
    assertEquals(List.of(), pass(difference));
  }

  @Test
  void whatIsGoneIsToldAtTheEndOfThePassAndOnce() {
    assertEquals(List.of(), findings.take(List.of(gone("u"))));
    assertEquals(List.of(gone("u")), findings.gone());
    findings.told(findings.gone());
    findings.endPass();
    findings.take(List.of(gone("u")));
    assertEquals(List.of(), findings.gone());
  }

  @Test
  void whatIsHeldIsFoundAgain() {
    findings.take(List.of(gone("u")));
    findings.endPass();
    findings.take(List.of(gone("u")));
    assertEquals(List.of(gone("u")), findings.gone());
  }
}
