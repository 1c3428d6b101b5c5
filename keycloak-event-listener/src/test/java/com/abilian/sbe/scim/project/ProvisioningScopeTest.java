package com.abilian.sbe.scim.project;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.abilian.sbe.scim.project.ProvisioningScope.Leaving;
import com.abilian.sbe.scim.project.ProvisioningScope.Verdict;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ProvisioningScopeTest {

  private static final GroupTree TREE =
      new GroupTree(
          List.of(
              new GroupTree.Group("sbe", "SBE", " "),
              new GroupTree.Group("sbe-dsi", "DSI", "sbe"),
              new GroupTree.Group("other", "Other", " "),
              new GroupTree.Group("odd", "a/b~c", "other")));

  private static ProvisioningScope scope(
      List<String> groups, List<String> roles, List<String> attributes) {
    return new ProvisioningScope(
        ProvisioningScope.paths(groups),
        ProvisioningScope.names(roles),
        ProvisioningScope.values(attributes),
        Set.of(),
        Leaving.DEACTIVATE);
  }

  private static ProvisioningScope sending(String... roots) {
    return new ProvisioningScope(
        Set.of(), Set.of(), Map.of(), ProvisioningScope.paths(List.of(roots)), Leaving.DEACTIVATE);
  }

  private static RealmScope in(ProvisioningScope scope) {
    return scope.in(TREE, Set.of("agent", "app/user"));
  }

  private static Verdict of(
      ProvisioningScope scope,
      Set<String> groups,
      Set<String> roles,
      Map<String, List<String>> has) {
    return in(scope).of(groups, roles, has);
  }

  @Test
  void withoutAScopeEverybodyAndEveryGroupIsIn() {
    assertTrue(ProvisioningScope.ALL.holdsEverybody());
    assertEquals(Verdict.IN, of(ProvisioningScope.ALL, Set.of(), Set.of(), Map.of()));
    assertEquals(Verdict.IN, in(ProvisioningScope.ALL).ofGroup("other"));
    assertEquals(ProvisioningScope.ALL, scope(List.of(), List.of(" "), List.of()));
  }

  @ParameterizedTest
  @CsvSource({"sbe, IN", "sbe-dsi, IN", "other, OUT", "odd, OUT"})
  void whoIsInAGroupOrInOneBelowIsIn(String group, Verdict verdict) {
    assertEquals(
        verdict,
        of(scope(List.of("/SBE"), List.of(), List.of()), Set.of(group), Set.of(), Map.of()));
  }

  @ParameterizedTest
  @CsvSource({"SBE/DSI", "/SBE/DSI", "sbe-dsi"})
  void aGroupIsNamedByItsPathOrItsId(String name) {
    ProvisioningScope scope = scope(List.of(name), List.of(), List.of());
    assertEquals(Verdict.IN, of(scope, Set.of("sbe-dsi"), Set.of(), Map.of()));
    assertEquals(Verdict.OUT, of(scope, Set.of("sbe"), Set.of(), Map.of()));
  }

  @Test
  void aNameWithASlashIsWrittenAsInThePathThatIsSent() {
    ProvisioningScope scope = scope(List.of("Other/a~/b~~c"), List.of(), List.of());
    assertEquals(Verdict.IN, of(scope, Set.of("odd"), Set.of(), Map.of()));
  }

  @Test
  void oneValueOfAKindIsEnoughAndEachKindHasToHold() {
    ProvisioningScope scope =
        scope(
            List.of("SBE", "Other"),
            List.of("agent", "app/user"),
            List.of("site=Paris", "site=Lyon", "statut=actif"));
    Set<String> group = Set.of("other");
    Set<String> role = Set.of("app/user");
    assertEquals(Verdict.IN, of(scope, group, role, Map.of("site", List.of("Nice", "Lyon"))));
    assertEquals(Verdict.IN, of(scope, group, role, Map.of("statut", List.of("actif"))));
    assertEquals(Verdict.OUT, of(scope, group, role, Map.of("site", List.of("paris"))));
    assertEquals(Verdict.OUT, of(scope, group, Set.of(), Map.of("site", List.of("Lyon"))));
    assertEquals(Verdict.OUT, of(scope, Set.of(), role, Map.of("site", List.of("Lyon"))));
  }

  @Test
  void whatTheRealmDoesNotHaveIsToldAndDecidesNothing() {
    ProvisioningScope scope = scope(List.of("SBE", "Gone"), List.of("agent", "gone"), List.of());
    assertEquals(List.of("group Gone", "role gone"), in(scope).missing());
    assertEquals(Verdict.IN, of(scope, Set.of("sbe"), Set.of("agent"), Map.of()));
    assertEquals(Verdict.UNKNOWN, of(scope, Set.of("other"), Set.of("agent"), Map.of()));
    assertEquals(Verdict.UNKNOWN, of(scope, Set.of("sbe"), Set.of(), Map.of()));
    ProvisioningScope and = scope(List.of("Gone"), List.of("agent"), List.of());
    assertEquals(Verdict.OUT, of(and, Set.of("sbe"), Set.of(), Map.of()), "a kind that is whole");
  }

  @Test
  void groupsBelowTheRootsAreSent() {
    RealmScope scope = in(sending("SBE"));
    assertEquals(Verdict.IN, scope.ofGroup("sbe"));
    assertEquals(Verdict.IN, scope.ofGroup("sbe-dsi"));
    assertEquals(Verdict.OUT, scope.ofGroup("other"));
    assertEquals(Verdict.IN, scope.of(Set.of(), Set.of(), Map.of()), "roots choose no people");
    RealmScope gone = in(sending("SBE", "Gone"));
    assertEquals(Verdict.UNKNOWN, gone.ofGroup("other"));
    assertEquals(List.of("group Gone"), gone.missing());
  }

  @ParameterizedTest
  @CsvSource({"site", "=Paris", "site=", "email=a@example.org", "username=zoe"})
  void aLineThatIsNoAttributeAndValueIsRefused(String line) {
    IllegalArgumentException refused =
        assertThrows(IllegalArgumentException.class, () -> ProvisioningScope.values(List.of(line)));
    assertTrue(refused.getMessage().contains(line));
  }

  @Test
  void aSlashIsNoGroup() {
    assertThrows(IllegalArgumentException.class, () -> ProvisioningScope.paths(List.of("/")));
  }

  @Test
  void theHashTellsScopesApartAndNotTheOrderOfTheirLines() {
    String one = scope(List.of("A", "B"), List.of(), List.of("x=1", "x=2")).hash();
    assertEquals(one, scope(List.of("/B", "A"), List.of(), List.of("x=2", "x=1")).hash());
    assertFalse(one.equals(scope(List.of("A"), List.of(), List.of("x=1", "x=2")).hash()));
    assertFalse(one.equals(scope(List.of("A", "B"), List.of(), List.of("x=1")).hash()));
  }
}
