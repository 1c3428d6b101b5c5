package com.abilian.sbe.scim.deliver;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

class MemberDifferencePropertyTest {

  private static Set<String> ids(Set<Integer> numbers) {
    Set<String> ids = new HashSet<>();
    numbers.forEach(number -> ids.add("r" + number));
    return ids;
  }

  @Property
  void appliedToWhatIsThereGivesWhatIsWanted(
      @ForAll @Size(max = 8) Set<@IntRange(max = 9) Integer> there,
      @ForAll @Size(max = 8) List<@IntRange(max = 9) Integer> wanted) {
    List<String> names = wanted.stream().map(number -> "r" + number).toList();
    MemberDifference difference = MemberDifference.between(ids(there), names);
    Set<String> after = new HashSet<>(ids(there));
    after.removeAll(difference.leaving());
    after.addAll(difference.joining());
    assertEquals(new HashSet<>(names), after);
  }

  @Property
  void nothingIsSentThatChangesNothing(
      @ForAll @Size(max = 8) Set<@IntRange(max = 9) Integer> there,
      @ForAll @Size(max = 8) Set<@IntRange(max = 9) Integer> wanted) {
    MemberDifference difference = MemberDifference.between(ids(there), ids(wanted));
    assertTrue(ids(there).containsAll(difference.leaving()));
    assertTrue(Collections.disjoint(ids(there), difference.joining()));
    assertTrue(Collections.disjoint(difference.joining(), difference.leaving()));
    assertEquals(
        new ArrayList<>(new HashSet<>(difference.joining())).size(), difference.joining().size());
  }
}
