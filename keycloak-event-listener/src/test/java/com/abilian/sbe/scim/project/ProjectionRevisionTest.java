package com.abilian.sbe.scim.project;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class ProjectionRevisionTest {

  /**
   * What each revision makes of the people and groups below. Where this test fails, somebody who
   * has not changed would be sent as something else: raise {@link Projection#REVISION} and append a
   * line. A line that was released is never edited.
   */
  private static final TreeMap<Integer, String> MADE =
      new TreeMap<>(Map.of(1, "f5ce1301d51b29bc57710b11536e90945bb32f91264f0ed488856c002c31c555"));

  private static final List<UserState> PEOPLE =
      List.of(
          new UserState("id-1", "zoe", "Zoe@Example.org", "Zoé", "D'Été", true, Map.of()),
          new UserState("id-2", "Ada.L", " ada@example.org ", " Ada ", null, false, Map.of()),
          new UserState("id-3", "x", "", null, "\u202e\ud83d\ude00 ", true, Map.of()),
          new UserState(
              "id-4",
              "full",
              "full@example.org",
              "Fu",
              "Ll",
              true,
              Map.ofEntries(
                  Map.entry("department", List.of("b", "a", "b", " ")),
                  Map.entry("employeeNumber", List.of("007")),
                  Map.entry("organization", List.of("Mairie")),
                  Map.entry("costCenter", List.of("42")),
                  Map.entry("division", List.of("Achats")),
                  Map.entry("title", List.of("Dr", " Pr")),
                  Map.entry("phoneNumber", List.of("02", "01", "02")),
                  Map.entry("locale", List.of("fr")),
                  Map.entry("nick", List.of("F")),
                  Map.entry("middle", List.of("M", "N")),
                  Map.entry("unmapped", List.of("secret")))));

  private static final List<AttributeMapping> MAPPINGS =
      List.of(
          AttributeMapping.parse(AttributeMapping.DEFAULT),
          AttributeMapping.parse(
              List.of(
                  "nick=displayName",
                  "middle=name.middleName",
                  "title=urn:example:params:Extra:grade",
                  "phoneNumber=phoneNumbers[type eq \"home\"].value",
                  "locale=phoneNumbers[type eq \"home\"].display")));

  private static final GroupTree GROUPS =
      new GroupTree(
          List.of(
              new GroupTree.Group("g", "Direction", " "),
              new GroupTree.Group("sub", "a/b ~ c", "g")));

  @Test
  void growsWithWhatIsMade() {
    List<Object> made = new ArrayList<>();
    for (AttributeMapping mapping : MAPPINGS) {
      PEOPLE.forEach(person -> add(made, Projection.user(person, mapping)));
    }
    for (String group : List.of("g", "sub")) {
      add(made, Projection.group(group, GROUPS.path(group), List.of("2", "1")));
    }
    assertEquals(MADE.get(Projection.REVISION), Fingerprint.of(made));
    assertEquals(MADE.lastKey(), Projection.REVISION);
  }

  private static void add(List<Object> made, ScimResource resource) {
    made.add(resource.body(resource.members()));
    made.add(resource.hash());
    made.add(resource.membersHash());
  }
}
