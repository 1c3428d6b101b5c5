package com.abilian.sbe.scim.project;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RoleMapTest {

  private static Object sent(RoleMap map, String... roles) {
    Map<String, Object> document = new HashMap<>();
    map.write(Set.of(roles), document);
    return document.get("roles");
  }

  private static RoleMap map(String... lines) {
    return RoleMap.parse(List.of(lines));
  }

  @Test
  void rolesAreSentAsTheirValuesInOneOrder() {
    RoleMap map = map("editor = writer", "app/admin=chief");
    assertEquals(Set.of("editor", "app/admin"), map.roles());
    assertEquals(
        List.of(Map.of("value", "chief"), Map.of("value", "writer")),
        sent(map, "editor", "app/admin"));
  }

  @Test
  void severalRolesMayHaveOneValueAndOneRoleSeveral() {
    RoleMap map = map("a=x", "b=x", "b=y", "a=x");
    assertEquals(List.of(Map.of("value", "x")), sent(map, "a"));
    assertEquals(List.of(Map.of("value", "x"), Map.of("value", "y")), sent(map, "a", "b"));
  }

  @Test
  void whoHasNoRoleIsSaidToHaveNone() {
    assertEquals(List.of(), sent(map("a=x")));
  }

  @Test
  void nothingIsSaidOfRolesWhereNoneIsMapped() {
    assertEquals(null, sent(RoleMap.NONE, "a"));
    assertTrue(map("", " ").isEmpty());
    assertFalse(map("a=x").isEmpty());
  }

  @Test
  void roleMayBeCalledByANameWithEqualsSigns() {
    assertEquals(Set.of("cn=readers"), map("cn=readers=reader").roles());
  }

  @ParameterizedTest
  @ValueSource(strings = {"editor", "=x", " = x", "editor=", "editor= "})
  void lineThatIsNoMappingIsQuoted(String line) {
    String told = assertThrows(IllegalArgumentException.class, () -> map("a=b", line)).getMessage();
    assertTrue(told.contains("'" + line + "'"), told);
  }

  @Test
  void hashIsThatOfTheMapInWhateverOrderItsLinesStand() {
    assertEquals(map("a=x", "b=y").hash(), map("b=y", "a=x").hash());
    assertNotEquals(map("a=x", "b=y").hash(), map("a=y", "b=x").hash());
  }

  @Test
  void attributeMappingMayNotWriteRolesToo() {
    AttributeMapping attributes = AttributeMapping.parse(List.of("job=Roles[type eq \"a\"].value"));
    assertThrows(
        IllegalArgumentException.class, () -> new UserMapping(attributes, map("editor=x")));
    assertEquals(Set.of("job"), UserMapping.of(attributes).needs().attributes());
  }

  @Test
  void mappingIsAnotherWhereItsRolesAre() {
    AttributeMapping attributes = AttributeMapping.parse(AttributeMapping.DEFAULT);
    String without = UserMapping.of(attributes).hash();
    assertEquals(without, UserMapping.of(attributes).hash());
    assertNotEquals(without, new UserMapping(attributes, map("editor=x")).hash());
  }
}
