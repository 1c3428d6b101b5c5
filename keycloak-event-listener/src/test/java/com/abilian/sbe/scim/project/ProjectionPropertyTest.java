package com.abilian.sbe.scim.project;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

class ProjectionPropertyTest {

  private static final UserMapping MAPPING =
      new UserMapping(
          AttributeMapping.parse(
              List.of(
                  "title=title",
                  "nick=displayName",
                  "middle=name.middleName",
                  "phone=phoneNumbers[type eq \"work\"].value",
                  "grade=urn:example:params:Extra:grade")),
          RoleMap.parse(List.of("editor=E", "chief=E", "app/editor=A")));

  /** Few values, so that two people are often the same to the receiver. */
  @Provide
  Arbitrary<UserState> people() {
    Arbitrary<String> names = Arbitraries.of("a", "A", " a ", "b", "", " ", "é").injectNull(0.2);
    Arbitrary<List<String>> values =
        Arbitraries.of("x", "y", " ", " x").list().ofMinSize(1).ofMaxSize(3);
    Arbitrary<Map<String, List<String>>> attributes =
        Arbitraries.maps(Arbitraries.of("title", "nick", "middle", "phone", "grade", "no"), values)
            .ofMaxSize(2);
    return Combinators.combine(
            Arbitraries.of("1", "2"),
            Arbitraries.of("zoe", "Zoe"),
            names,
            names,
            names,
            Arbitraries.of(true, false),
            attributes,
            Arbitraries.of("editor", "chief", "app/editor", "other").set().ofMaxSize(2))
        .as(UserState::new);
  }

  private static ScimResource user(UserState person) {
    return Projection.user(person, MAPPING);
  }

  @Property
  void hashesAreEqualWhereAndOnlyWhereTheResourcesAre(
      @ForAll("people") UserState one, @ForAll("people") UserState other) {
    assertEquals(
        user(one).attributes().equals(user(other).attributes()),
        user(one).hash().equals(user(other).hash()));
  }

  @Property
  void orderOfAttributesAndValuesChangesNothing(
      @ForAll("people") UserState person, @ForAll Random random) {
    Map<String, List<String>> shuffled = new HashMap<>();
    person
        .attributes()
        .forEach(
            (name, values) -> {
              List<String> other = new ArrayList<>(values);
              Collections.shuffle(other, random);
              shuffled.put(name, other);
            });
    UserState same =
        new UserState(
            person.id(),
            person.username(),
            person.email(),
            person.firstName(),
            person.lastName(),
            person.enabled(),
            shuffled,
            person.roles());
    assertEquals(user(person).hash(), user(same).hash());
  }

  @Property
  void whoTheyAreAndWhetherTheyMayEnterIsAlwaysSaid(@ForAll("people") UserState person) {
    ScimResource made = user(person);
    assertEquals(person.id(), made.externalId());
    assertEquals(person.username(), made.key());
    assertEquals(person.enabled(), made.attributes().get("active"));
    assertEquals(person.enabled(), made.active());
  }

  @Property
  void nothingBlankIsSent(@ForAll("people") UserState person) {
    Map<String, Object> sent = new HashMap<>(user(person).attributes());
    if (sent.get("roles").equals(List.of())) {
      // That there are none is said: what a PUT leaves out may stay.
      sent.remove("roles");
    }
    assertNothingBlank(sent);
  }

  private static void assertNothingBlank(Object value) {
    if (value instanceof Map<?, ?> map) {
      assertFalse(map.isEmpty());
      map.values().forEach(ProjectionPropertyTest::assertNothingBlank);
    } else if (value instanceof List<?> list) {
      assertFalse(list.isEmpty());
      list.forEach(ProjectionPropertyTest::assertNothingBlank);
    } else {
      assertFalse(value == null || value.toString().isBlank());
    }
  }

  @Property
  void fingerprintsAreEqualWhereAndOnlyWhereTheTextsAre(
      @ForAll("members") List<String> some, @ForAll("members") List<String> others) {
    assertEquals(some.equals(others), Fingerprint.of(some).equals(Fingerprint.of(others)));
  }

  @Provide
  Arbitrary<List<String>> members() {
    return Arbitraries.of("1", "2", "12", "1,2", "\"").list().uniqueElements().ofMaxSize(3);
  }
}
