package com.abilian.sbe.scim.project;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ProjectionTest {

  private static final UserMapping DEFAULT =
      UserMapping.of(AttributeMapping.parse(AttributeMapping.DEFAULT));
  private static final String ENTERPRISE =
      "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";

  private static UserState user(String first, String last, String email) {
    return new UserState("id-1", "zoe", email, first, last, true, Map.of(), Set.of());
  }

  private static Map<String, Object> project(Map<String, List<String>> attributes) {
    return Projection.user(
            new UserState("id-1", "zoe", null, null, null, true, attributes, Set.of()), DEFAULT)
        .attributes();
  }

  @Test
  void sendsNamesMailAndState() {
    ScimResource resource = Projection.user(user("Zoé", "D'Été", "zoe@example.org"), DEFAULT);
    assertEquals(
        Map.of(
            "schemas",
            List.of("urn:ietf:params:scim:schemas:core:2.0:User"),
            "externalId",
            "id-1",
            "userName",
            "zoe",
            "name",
            Map.of("givenName", "Zoé", "familyName", "D'Été"),
            "displayName",
            "Zoé D'Été",
            "emails",
            List.of(Map.of("value", "zoe@example.org", "type", "work", "primary", true)),
            "active",
            true),
        resource.attributes());
    assertEquals("id-1", resource.externalId());
    assertEquals("zoe", resource.key());
  }

  @Test
  void leavesOutWhatIsBlank() {
    Map<String, Object> sent = Projection.user(user(" ", null, ""), DEFAULT).attributes();
    assertFalse(sent.containsKey("name"));
    assertFalse(sent.containsKey("displayName"));
    assertFalse(sent.containsKey("emails"));
  }

  @Test
  void displayNameIsOnePartWhereTheOtherIsMissing() {
    assertEquals(
        "D'Été", Projection.user(user("", "D'Été", null), DEFAULT).attributes().get("displayName"));
  }

  @Test
  void disabledIsInactive() {
    UserState disabled = new UserState("id-1", "zoe", null, null, null, false, Map.of(), Set.of());
    assertEquals(false, Projection.user(disabled, DEFAULT).attributes().get("active"));
  }

  @Test
  void extensionAttributeBringsItsSchema() {
    Map<String, Object> sent =
        project(Map.of("department", List.of("Achats"), "costCenter", List.of("42")));
    assertEquals(Map.of("department", "Achats", "costCenter", "42"), sent.get(ENTERPRISE));
    assertEquals(
        List.of("urn:ietf:params:scim:schemas:core:2.0:User", ENTERPRISE), sent.get("schemas"));
  }

  @Test
  void severalValuesAreElementsWhereThePathFilters() {
    Map<String, Object> sent = project(Map.of("phoneNumber", List.of("02", "01", "02", " ")));
    assertEquals(
        List.of(Map.of("value", "01", "type", "work"), Map.of("value", "02", "type", "work")),
        sent.get("phoneNumbers"));
  }

  @Test
  void orderOfValuesDoesNotMatter() {
    assertEquals(
        project(Map.of("title", List.of("b", "a"))), project(Map.of("title", List.of("a", "b"))));
  }

  @Test
  void emptiedAttributeIsNotSent() {
    assertEquals(project(Map.of()), project(Map.of("title", List.of(""))));
  }

  @Test
  void unmappedAttributeIsNotSent() {
    assertEquals(project(Map.of()), project(Map.of("secret", List.of("x"))));
  }

  @Test
  void sameStateHasTheSameHashAndAnotherHasAnother() {
    ScimResource one = Projection.user(user("A", "B", "a@x.org"), DEFAULT);
    assertEquals(one.hash(), Projection.user(user("A", "B", "a@x.org"), DEFAULT).hash());
    assertNotEquals(one.hash(), Projection.user(user("A", "C", "a@x.org"), DEFAULT).hash());
  }

  @Test
  void groupCarriesItsMembersInTheBodyOnly() {
    ScimResource group = Projection.group("g-1", "Direction/Achats", List.of("2", "1"));
    assertEquals("Direction/Achats", group.key());
    assertFalse(group.attributes().containsKey("members"));
    assertEquals(
        List.of(Map.of("value", "2"), Map.of("value", "1")),
        group.body(group.members()).get("members"));
  }

  @Test
  void hashLeavesMembersAside() {
    ScimResource one = Projection.group("g", "G", List.of("1", "2"));
    assertEquals(one.hash(), Projection.group("g", "G", List.of()).hash());
  }

  @Test
  void nothingPrintsAPerson() {
    UserState user = user("Zoé", "D'Été", "zoe@example.org");
    assertEquals("UserState[id=id-1]", user.toString());
    assertEquals("ScimResource[USER id-1]", Projection.user(user, DEFAULT).toString());
  }
}
