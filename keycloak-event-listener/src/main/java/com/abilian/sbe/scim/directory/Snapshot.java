package com.abilian.sbe.scim.directory;

import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What a directory showed at one moment.
 *
 * @param people by their ids in the directory
 * @param mappers of groups
 * @param roleMappers of roles
 */
public record Snapshot(
    Map<String, Person> people, List<Mapped> mappers, List<MappedRoles> roleMappers) {

  /** Where no mapper of roles was asked. */
  Snapshot(Map<String, Person> people, List<Mapped> mappers) {
    this(people, mappers, List.of());
  }

  /**
   * @param dn as the directory writes it
   * @param memberOf the DNs of groups, where a mapper wants them
   * @param names by which groups may name the person instead of the DN: values by attribute, in
   *     lower case
   */
  public record Person(String dn, Set<String> memberOf, Map<String, String> names) {}

  /** The groups of one mapper. */
  public record Mapped(String mapperId, Rules rules, List<Group> groups) {}

  /**
   * The roles of one mapper, each of them a group of the directory.
   *
   * @param clientId whose roles they are; null for those of the realm
   * @param only whether people have no such role but by the directory, whatever Keycloak's tables
   *     say
   */
  public record MappedRoles(Mapped mapped, String clientId, boolean only) {}

  /**
   * @param members as the directory has them: DNs or names
   */
  public record Group(String name, String dn, Set<String> members) {}

  /** Where a mapper finds memberships. */
  public enum Strategy {
    /** In the groups' members. */
    MEMBERS,
    /** In the groups' members, and in those of groups among them. */
    NESTED_MEMBERS,
    /** In what each person is a member of. */
    MEMBER_OF
  }

  /**
   * How a mapper reads its groups.
   *
   * @param path of the group of Keycloak below which they are; {@code /} for the top
   * @param nested whether groups of Keycloak lie in each other as those of the directory do
   * @param nameAttribute the attribute of people by which groups name them; null where it is the DN
   */
  public record Rules(String path, boolean nested, Strategy strategy, String nameAttribute) {}
}
