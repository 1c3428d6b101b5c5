package com.abilian.sbe.scim.directory;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.abilian.sbe.scim.directory.Snapshot.Group;
import com.abilian.sbe.scim.directory.Snapshot.Mapped;
import com.abilian.sbe.scim.directory.Snapshot.Person;
import com.abilian.sbe.scim.directory.Snapshot.Rules;
import com.abilian.sbe.scim.directory.Snapshot.Strategy;
import com.abilian.sbe.scim.project.GroupTree;
import com.abilian.sbe.scim.store.DirectoryRoles.Grant;
import com.abilian.sbe.scim.store.RealmReader.Membership;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MembersTest {

  private static final GroupTree TREE =
      new GroupTree(
          List.of(
              new GroupTree.Group("g", "Paie", " "),
              new GroupTree.Group("base", "Annuaire", " "),
              new GroupTree.Group("below", "Paie", "base"),
              new GroupTree.Group("deep", "Primes", "below")));

  private static Set<Membership> members(
      Rules rules, Map<String, Person> people, Map<String, String> users, Group... groups) {
    Mapped mapped = new Mapped("m", rules, List.of(groups));
    return new Members(new Snapshot(people, List.of(mapped)), users, TREE).of(mapped).memberships();
  }

  private static Rules rules(String path, boolean nested, Strategy strategy, String attribute) {
    return new Rules(path, nested, strategy, attribute);
  }

  private static Person person(String dn) {
    return new Person(dn, Set.of(), Map.of());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\0',
      textBlock =
          """
          uid=zoe,ou=people,dc=sbe             | UID=Zoe, OU=people, DC=sbe
          cn=Noémie\\, le vrai+uid=n,dc=sbe    | uid=n+cn=Noémie\\2C le vrai,dc=sbe
          cn=Ünï \\"quoté\\" \\#1,dc=sbe       | cn=Ünï \\22quoté\\22 #1,dc=sbe
          cn=\\20lead et fin\\20,dc=sbe        | cn=\\ lead et fin\\ ,dc=sbe
          cn=Dir/Achats \\+ Cie,dc=sbe         | cn=Dir/Achats \\2B Cie,dc=sbe
          """)
  void anEntryIsFoundHoweverItsNameIsWritten(String dn, String written) {
    assertEquals(
        Set.of(new Membership("g", "u")),
        members(
            rules("/", false, Strategy.MEMBERS, null),
            Map.of("d", person(dn)),
            Map.of("d", "u"),
            new Group("Paie", "cn=Paie", Set.of(written))));
  }

  @Test
  void whoIsNotImportedAndWhatIsNoPersonIsLeftOut() {
    assertEquals(
        Set.of(),
        members(
            rules("/", false, Strategy.MEMBERS, null),
            Map.of("d", person("uid=zoe")),
            Map.of(),
            new Group("Paie", "cn=Paie", Set.of("uid=zoe", "cn=nobody", "no name at all"))));
  }

  @Test
  void groupsMayNameTheirMembersByAnAttribute() {
    assertEquals(
        Set.of(new Membership("g", "u")),
        members(
            rules("/", false, Strategy.MEMBERS, "uid"),
            Map.of("d", new Person("cn=Zoé", Set.of(), Map.of("uid", "zoe"))),
            Map.of("d", "u"),
            new Group("Paie", "cn=Paie", Set.of("Zoe", "other"))));
  }

  @Test
  void peopleMayTellWhatTheyAreAMemberOf() {
    assertEquals(
        Set.of(new Membership("g", "u")),
        members(
            rules("/", false, Strategy.MEMBER_OF, null),
            Map.of("d", new Person("uid=zoe", Set.of("CN=paie", "cn=elsewhere"), Map.of())),
            Map.of("d", "u"),
            new Group("Paie", "cn=Paie", Set.of("uid=not-asked"))));
  }

  @Test
  void membersOfGroupsInAGroupAreItsOwnWhereTheMapperSaysSo() {
    Map<String, Person> people = Map.of("d", person("uid=zoe"), "e", person("uid=yves"));
    Map<String, String> users = Map.of("d", "u", "e", "v");
    // Each is in the other: a directory does not forbid it.
    Group[] groups = {
      new Group("Paie", "cn=Paie", Set.of("cn=Primes", "uid=zoe")),
      new Group("Primes", "cn=Primes", Set.of("uid=yves", "cn=Paie"))
    };
    assertEquals(
        Set.of(
            new Membership("below", "u"),
            new Membership("below", "v"),
            new Membership("deep", "u"),
            new Membership("deep", "v")),
        members(rules("/Annuaire", true, Strategy.NESTED_MEMBERS, null), people, users, groups));
    assertEquals(
        Set.of(new Membership("below", "u"), new Membership("deep", "v")),
        members(rules("/Annuaire", true, Strategy.MEMBERS, null), people, users, groups));
  }

  @Test
  void groupsAreThoseBelowTheMappersPath() {
    Map<String, Person> people = Map.of("d", person("uid=zoe"));
    Group group = new Group("Paie", "cn=Paie", Set.of("uid=zoe"));
    assertEquals(
        Set.of(new Membership("below", "u")),
        members(
            rules("/Annuaire", false, Strategy.MEMBERS, null), people, Map.of("d", "u"), group));
    assertEquals(
        Set.of(),
        members(rules("/Nowhere", false, Strategy.MEMBERS, null), people, Map.of("d", "u"), group));
  }

  @Test
  void rolesAreGivenByNameToWhoeverTheirGroupHolds() {
    Mapped mapped =
        new Mapped(
            "m",
            rules("/", false, Strategy.MEMBERS, null),
            List.of(
                new Group("editor", "cn=editor", Set.of("uid=zoe", "uid=stranger")),
                new Group("unknown", "cn=unknown", Set.of("uid=zoe"))));
    Snapshot snapshot = new Snapshot(Map.of("d", person("uid=zoe")), List.of());
    assertEquals(
        Set.of(new Grant("r1", "u")),
        new Members(snapshot, Map.of("d", "u"), TREE)
            .grants(mapped, Map.of("editor", "r1", "other", "r2")));
  }
}
