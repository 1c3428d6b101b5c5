package com.abilian.sbe.scim.project;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AttributeMappingTest {

  private static Map<String, Object> write(Map<String, List<String>> attributes, String... lines) {
    Map<String, Object> document = new LinkedHashMap<>();
    UserState user =
        new UserState("id-1", "zoe", "zoe@example.org", "Zoé", "D'Été", true, attributes, Set.of());
    AttributeMapping.parse(List.of(lines)).write(user, document);
    return document;
  }

  /** Keycloak's user profile lists them among its attributes. */
  @Test
  void whatEveryUserHasCanBeMappedAsWell() {
    assertEquals(
        Map.of(
            "nickName",
            "zoe",
            "name",
            Map.of("middleName", "Zoé", "formatted", "D'Été"),
            "entitlements",
            List.of(Map.of("value", "zoe@example.org"))),
        write(
            Map.of(),
            "username=nickName",
            "firstName=name.middleName",
            "lastName=name.formatted",
            "email=entitlements.value"));
  }

  @Test
  void readsTheDefaults() {
    assertEquals(
        Set.of(
            "department",
            "employeeNumber",
            "organization",
            "costCenter",
            "division",
            "title",
            "phoneNumber",
            "locale"),
        AttributeMapping.parse(AttributeMapping.DEFAULT).attributes());
  }

  @Test
  void splitsTheSchemaAtItsLastColon() {
    assertEquals(
        new ScimPath("urn:x:extension:2.0:User", "manager", null, null, "value"),
        ScimPath.parse("urn:x:extension:2.0:User:manager.value"));
  }

  @Test
  void namesOfTheCoreSchemaMayBeQualified() {
    assertEquals(ScimPath.parse("title"), ScimPath.parse(ScimPath.CORE_USER + ":title"));
  }

  @Test
  void twoMappingsWithOneFilterDescribeOneElement() {
    assertEquals(
        List.of(Map.of("locality", "Paris", "type", "work", "country", "FR")),
        write(
                Map.of("city", List.of("Paris"), "country", List.of("FR")),
                "city=addresses[type eq \"work\"].locality",
                "country=addresses[type eq \"work\"].country")
            .get("addresses"));
  }

  @Test
  void subAttributeGoesBesideOthers() {
    assertEquals(
        Map.of("middleName", "M", "honorificPrefix", "Dr"),
        write(
                Map.of("m", List.of("M"), "p", List.of("Dr")),
                "m=name.middleName",
                "p=name.honorificPrefix")
            .get("name"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "title",
        "=title",
        " =title",
        "a=",
        "a=b c",
        "a=b[type eq work].value",
        "a=b[type eq \"w\"]",
        "a=b[type ne \"w\"].value",
        "a=.b",
        "a=urn:x:y:"
      })
  void refusesMalformedLines(String line) {
    assertThrows(IllegalArgumentException.class, () -> AttributeMapping.parse(List.of(line)), line);
  }

  @ParameterizedTest
  @ValueSource(strings = {"id", "externalId", "USERNAME", "active", "emails", "groups", "password"})
  void refusesWhatTheConnectorSetsItself(String target) {
    assertThrows(
        IllegalArgumentException.class, () -> AttributeMapping.parse(List.of("a=" + target)));
  }

  @ParameterizedTest
  @CsvSource({
    "titel,title",
    "displayName.x,without parts",
    "title[type eq \"work\"].value,without parts",
    "phoneNumbers,it is a list",
    "phoneNumbers[type eq \"work\"].number,value",
    "phoneNumbers[primary eq \"true\"].value,type",
    "addresses.locality,addresses[type eq",
    "name.nick,name.middleName",
    "name,name.middleName",
    "urn:ietf:params:scim:schemas:core:2.0:User:titel,title",
    "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:departement,department",
    "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager,manager.value",
    "URN:ietf:params:scim:schemas:extension:FR-administration:2.0:User:siren,siret"
  })
  void refusesWhatAKnownSchemaDoesNotHaveAndSaysWhatItHas(String path, String told) {
    String message =
        assertThrows(
                IllegalArgumentException.class, () -> AttributeMapping.parse(List.of("a=" + path)))
            .getMessage();
    assertTrue(message.contains("'" + path + "'") || message.contains("'titel'"), message);
    assertTrue(message.contains(told), message);
  }

  @Test
  void everyValueIsAnElementOfAListWithoutAFilter() {
    assertEquals(
        List.of(Map.of("value", "archives"), Map.of("value", "wiki")),
        write(Map.of("may", List.of("wiki", "archives")), "may=entitlements.value")
            .get("entitlements"));
  }

  @Test
  void everyValueIsAnElementOfAListWithAFilter() {
    assertEquals(
        List.of(
            Map.of("value", "06", "type", "mobile"),
            Map.of("value", "01", "type", "work"),
            Map.of("value", "02", "type", "work")),
        write(
                Map.of("phone", List.of("02", "01"), "mobile", List.of("06")),
                "phone=phoneNumbers[type eq \"work\"].value",
                "mobile=phoneNumbers[type eq \"mobile\"].value")
            .get("phoneNumbers"));
  }

  @Test
  void orderOfTheLinesDoesNotMatter() {
    Map<String, List<String>> attributes = Map.of("phone", List.of("01"), "mobile", List.of("06"));
    String phone = "phone=phoneNumbers[type eq \"work\"].value";
    String mobile = "mobile=phoneNumbers[type eq \"mobile\"].value";
    assertEquals(
        Fingerprint.of(write(attributes, phone, mobile)),
        Fingerprint.of(write(attributes, mobile, phone)));
  }

  @Test
  void agentOfAnAdministrationHasAnExtension() {
    String fr = "urn:ietf:params:scim:schemas:extension:fr-administration:2.0:User";
    Map<String, Object> sent =
        write(
            Map.of("siret", List.of("13002526500013"), "unit", List.of("DINUM")),
            "siret=" + fr + ":siret",
            "unit=" + fr + ":organizationalUnit");
    assertEquals(Map.of("siret", "13002526500013", "organizationalUnit", "DINUM"), sent.get(fr));
    assertEquals(List.of(fr), sent.get("schemas"));
  }

  @Test
  void attributesOfSchemasThatAreNotKnownAreTakenAsTheyAre() {
    assertEquals(
        Map.of("grade", "A"),
        write(Map.of("a", List.of("A")), "a=urn:example:Extra:grade").get("urn:example:Extra"));
  }

  @Test
  void refusesTwoAttributesForOnePlace() {
    assertThrows(
        IllegalArgumentException.class,
        () -> AttributeMapping.parse(List.of("a=title", "b=title")));
  }

  @ParameterizedTest
  @CsvSource({
    "urn:a:User:phones,urn:a:User:phones[type eq \"work\"].value",
    "urn:a:User:x,URN:A:user:X.y",
    "title,Title",
    "urn:a:User:x,URN:A:user:X",
    "name.middleName,Name.MIDDLENAME",
    "entitlements.value,Entitlements.value"
  })
  void refusesTwoPathsThatCannotStandSideBySide(String one, String other) {
    AttributeMapping.parse(List.of("a=" + one));
    AttributeMapping.parse(List.of("b=" + other));
    assertThrows(
        IllegalArgumentException.class,
        () -> AttributeMapping.parse(List.of("a=" + one, "b=" + other)));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "name",
        "Name",
        "name[type eq \"x\"].value",
        "displayName.x",
        "displayname[a eq \"b\"].c"
      })
  void refusesWhatDoesNotFitTheConnectorsOwnAttributes(String path) {
    assertThrows(
        IllegalArgumentException.class, () -> AttributeMapping.parse(List.of("a=" + path)));
  }

  @Test
  void spellingOfANameDoesNotMatter() {
    UserState zoe =
        new UserState(
            "u",
            "zoe",
            null,
            "Zoe",
            null,
            true,
            Map.of("m", List.of("M"), "d", List.of("Zo")),
            Set.of());
    Map<String, Object> sent =
        Projection.user(
                zoe,
                UserMapping.of(
                    AttributeMapping.parse(List.of("m=NAME.middleName", "d=displayname"))))
            .attributes();
    assertEquals(Map.of("givenName", "Zoe", "middleName", "M"), sent.get("name"));
    assertEquals("Zo", sent.get("displayName"));
    assertEquals(
        Set.of("schemas", "externalId", "userName", "name", "displayName", "active"),
        sent.keySet());
  }

  @Test
  void messageQuotesTheLine() {
    String message =
        assertThrows(IllegalArgumentException.class, () -> AttributeMapping.parse(List.of("oops")))
            .getMessage();
    assertTrue(message.contains("'oops'"), message);
  }

  @ParameterizedTest
  @CsvSource({"g,Direction", "a,Direction/Achats", "b,Direction/Achats/Bureau", "x,Autre"})
  void pathJoinsTheNamesFromTheTop(String id, String path) {
    assertEquals(path, TREE.path(id));
  }

  private static final GroupTree TREE =
      new GroupTree(
          List.of(
              new GroupTree.Group("g", "Direction", " "),
              new GroupTree.Group("a", "Achats", "g"),
              new GroupTree.Group("b", "Bureau", "a"),
              new GroupTree.Group("x", "Autre", " ")));

  @Test
  void subtreeHasParentsFirst() {
    assertEquals(List.of("g", "a", "b"), TREE.subtree("g"));
    assertEquals(List.of(), TREE.subtree("gone"));
  }

  @Test
  void cycleInTheTableEnds() {
    GroupTree cycle =
        new GroupTree(
            List.of(new GroupTree.Group("a", "A", "b"), new GroupTree.Group("b", "B", "a")));
    assertEquals(2, cycle.subtree("a").size());
    assertTrue(cycle.path("a").endsWith("A"));
  }
}
