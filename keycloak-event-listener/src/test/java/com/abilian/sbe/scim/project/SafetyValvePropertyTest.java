package com.abilian.sbe.scim.project;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;

class SafetyValvePropertyTest {

  private static final long WINDOW = SafetyValve.WINDOW.toMillis();

  /** Rounds, each with some losses of one kind. */
  @Provide
  Arbitrary<List<List<Loss>>> histories() {
    return Arbitraries.of(LossCause.ASKED, LossCause.DROPPED)
        .flatMap(
            cause ->
                Combinators.combine(
                        Arbitraries.integers().between(0, 80),
                        Arbitraries.longs().between(0, 4 * WINDOW))
                    .as(
                        (person, at) ->
                            new Loss(Loss.Key.of(ResourceType.USER, "u" + person), cause, at))
                    .list()
                    .ofMaxSize(12)
                    .list()
                    .ofMaxSize(12));
  }

  @Property
  void inNoWindowDoMorePassThanTheLimit(
      @ForAll("histories") List<List<Loss>> rounds, @ForAll @IntRange(max = 600) int people) {
    List<Loss> passed = new ArrayList<>();
    List<Loss> known = new ArrayList<>();
    boolean holding = false;
    for (List<Loss> round : rounds) {
      Set<Loss> held = SafetyValve.held(known, round, holding, people);
      assertTrue(round.containsAll(held));
      round.stream().filter(loss -> !held.contains(loss)).forEach(passed::add);
      known.addAll(round);
      holding |= !held.isEmpty();
    }
    boolean asked = passed.stream().anyMatch(loss -> loss.cause().isAskedFor());
    int limit = asked ? SafetyValve.askedLimit(people) : SafetyValve.unaskedLimit(people);
    for (Loss first : passed) {
      assertTrue(in(passed, first.at()).size() <= limit);
    }
  }

  @Property
  void whereNoWindowHasTooManyNothingIsHeld(
      @ForAll("histories") List<List<Loss>> rounds, @ForAll @IntRange(max = 600) int people) {
    List<Loss> all = rounds.stream().flatMap(List::stream).toList();
    boolean asked = all.stream().anyMatch(loss -> loss.cause().isAskedFor());
    int limit = asked ? SafetyValve.askedLimit(people) : SafetyValve.unaskedLimit(people);
    boolean few = all.stream().allMatch(first -> in(all, first.at()).size() <= limit);
    List<Loss> known = new ArrayList<>();
    for (List<Loss> round : rounds) {
      if (few) {
        assertEquals(Set.of(), SafetyValve.held(known, round, false, people));
      }
      known.addAll(round);
    }
  }

  private static Set<Loss.Key> in(List<Loss> losses, long first) {
    return losses.stream()
        .filter(loss -> loss.at() >= first && loss.at() - first < WINDOW)
        .map(loss -> loss.key().subject())
        .collect(Collectors.toSet());
  }
}
