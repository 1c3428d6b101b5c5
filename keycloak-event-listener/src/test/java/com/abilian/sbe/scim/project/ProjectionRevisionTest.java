package com.abilian.sbe.scim.project;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class ProjectionRevisionTest {

  /**
   * What each revision makes of the people and groups below. Where this test fails, somebody who
   * has not changed would be sent as something else: raise {@link Projection#REVISION} and append a
   * line. A line that was released is never edited.
   */
  private static final TreeMap<Integer, String> MADE =
      new TreeMap<>(
          Map.of(
              1, "1f0bfc96566292c2043e5d4be14df1dbcb8629dfc06aa16806f6e3dcc1297e95",
              2, "d715bd159daff2320e9746965c6e099db1701d57ab789f68355ce272f8f2cd9b",
              3, "c7f58255163cf6ae55fba0fa15af8a70f5cd9989b9263fda64704de91d66867a"));

  private static final List<UserState> PEOPLE =
      List.of(
          new UserState("id-1", "zoe", "Zoe@Example.org", "Zoé", "D'Été", true, Map.of(), Set.of()),
          new UserState(
              "id-2", "Ada.L", " ada@example.org ", " Ada ", null, false, Map.of(), Set.of()),
          new UserState("id-3", "x", "", null, "\u202e\ud83d\ude00 ", true, Map.of(), Set.of()),
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
                  Map.entry("unmapped", List.of("secret"))),
              Set.of("editor", "app/admin", "unmapped")));

  private static final List<UserMapping> MAPPINGS =
      List.of(
          UserMapping.of(AttributeMapping.parse(AttributeMapping.DEFAULT)),
          UserMapping.of(
              AttributeMapping.parse(
                  List.of(
                      "nick=displayName",
                      "middle=name.middleName",
                      "title=urn:example:params:Extra:grade",
                      "phoneNumber=phoneNumbers[type eq \"home\"].value",
                      "locale=phoneNumbers[type eq \"home\"].display"))),
          UserMapping.of(
              AttributeMapping.parse(
                  List.of(
                      "username=nickName",
                      "email=entitlements.value",
                      "firstName=name.middleName",
                      "lastName=name.formatted"))),
          new UserMapping(
              AttributeMapping.parse(List.of()),
              RoleMap.parse(
                  List.of("editor=writer", "app/admin=chief", "editor=author", "other=chief"))));

  private static final GroupTree GROUPS =
      new GroupTree(
          List.of(
              new GroupTree.Group("g", "Direction", " "),
              new GroupTree.Group("sub", "a/b ~ c", "g")));

  @Test
  void growsWithWhatIsMade() {
    List<Object> made = new ArrayList<>();
    for (UserMapping mapping : MAPPINGS) {
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
  }
}
