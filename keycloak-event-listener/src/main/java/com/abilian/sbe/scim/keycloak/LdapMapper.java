package com.abilian.sbe.scim.keycloak;

import com.abilian.sbe.scim.directory.DistinguishedNames;
import com.abilian.sbe.scim.directory.Snapshot.Group;
import com.abilian.sbe.scim.directory.Snapshot.Mapped;
import com.abilian.sbe.scim.directory.Snapshot.MappedRoles;
import com.abilian.sbe.scim.directory.Snapshot.Person;
import com.abilian.sbe.scim.directory.Snapshot.Rules;
import com.abilian.sbe.scim.directory.Snapshot.Strategy;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.keycloak.component.ComponentModel;
import org.keycloak.models.KeycloakSession;
import org.keycloak.models.RealmModel;
import org.keycloak.storage.ldap.LDAPStorageProvider;
import org.keycloak.storage.ldap.LDAPUtils;
import org.keycloak.storage.ldap.idm.model.LDAPObject;
import org.keycloak.storage.ldap.idm.query.internal.LDAPQuery;
import org.keycloak.storage.ldap.idm.query.internal.LDAPQueryConditionsBuilder;
import org.keycloak.storage.ldap.mappers.LDAPStorageMapper;
import org.keycloak.storage.ldap.mappers.membership.CommonLDAPGroupMapperConfig;
import org.keycloak.storage.ldap.mappers.membership.LDAPGroupMapperMode;
import org.keycloak.storage.ldap.mappers.membership.MembershipType;
import org.keycloak.storage.ldap.mappers.membership.group.GroupLDAPStorageMapper;
import org.keycloak.storage.ldap.mappers.membership.group.GroupLDAPStorageMapperFactory;
import org.keycloak.storage.ldap.mappers.membership.group.GroupMapperConfig;
import org.keycloak.storage.ldap.mappers.membership.role.RoleLDAPStorageMapper;
import org.keycloak.storage.ldap.mappers.membership.role.RoleLDAPStorageMapperFactory;
import org.keycloak.storage.ldap.mappers.membership.role.RoleMapperConfig;

/** A mapper of groups, or of roles, asked through a copy of its provider. */
final class LdapMapper {

  private static final String GROUPS = "group-ldap-mapper";
  private static final String ROLES = "role-ldap-mapper";

  /** Active Directory's rule that follows memberships of memberships. */
  private static final String IN_CHAIN = ":1.2.840.113556.1.4.1941:";

  private final ComponentModel model;
  private final LDAPStorageProvider provider;
  private final CommonLDAPGroupMapperConfig config;
  private final Strategy strategy;
  private final Supplier<LDAPQuery> search;

  private LdapMapper(
      ComponentModel model,
      LDAPStorageProvider provider,
      CommonLDAPGroupMapperConfig config,
      String strategy,
      Supplier<LDAPQuery> search) {
    this.model = model;
    this.provider = provider;
    this.config = config;
    this.strategy = strategy(strategy);
    this.search = search;
  }

  /** Empty where it is of another kind. */
  static Optional<LdapMapper> of(
      KeycloakSession session, LDAPStorageProvider provider, ComponentModel model) {
    return switch (model.getProviderId()) {
      case GROUPS -> Optional.of(ofGroups(session, provider, model));
      case ROLES -> Optional.of(ofRoles(session, provider, model));
      default -> Optional.empty();
    };
  }

  private static LdapMapper ofGroups(
      KeycloakSession session, LDAPStorageProvider provider, ComponentModel model) {
    GroupLDAPStorageMapper mapper =
        new GroupLDAPStorageMapper(
            model, provider, (GroupLDAPStorageMapperFactory) factory(session, model));
    GroupMapperConfig config = new GroupMapperConfig(model);
    return new LdapMapper(
        model,
        provider,
        config,
        config.getUserGroupsRetrieveStrategy(),
        () -> mapper.createGroupQuery(true));
  }

  private static LdapMapper ofRoles(
      KeycloakSession session, LDAPStorageProvider provider, ComponentModel model) {
    RoleLDAPStorageMapper mapper =
        new RoleLDAPStorageMapper(
            model, provider, (RoleLDAPStorageMapperFactory) factory(session, model));
    RoleMapperConfig config = new RoleMapperConfig(model);
    return new LdapMapper(
        model,
        provider,
        config,
        config.getUserRolesRetrieveStrategy(),
        () -> mapper.createRoleQuery(true));
  }

  private static Object factory(KeycloakSession session, ComponentModel model) {
    return session
        .getKeycloakSessionFactory()
        .getProviderFactory(LDAPStorageMapper.class, model.getProviderId());
  }

  private static Strategy strategy(String named) {
    return switch (String.valueOf(named)) {
      case "null",
          GroupMapperConfig.LOAD_GROUPS_BY_MEMBER_ATTRIBUTE,
          RoleMapperConfig.LOAD_ROLES_BY_MEMBER_ATTRIBUTE ->
          Strategy.MEMBERS;
      case GroupMapperConfig.LOAD_GROUPS_BY_MEMBER_ATTRIBUTE_RECURSIVELY,
          RoleMapperConfig.LOAD_ROLES_BY_MEMBER_ATTRIBUTE_RECURSIVELY ->
          Strategy.NESTED_MEMBERS;
      case GroupMapperConfig.GET_GROUPS_FROM_USER_MEMBEROF_ATTRIBUTE,
          RoleMapperConfig.GET_ROLES_FROM_USER_MEMBEROF_ATTRIBUTE ->
          Strategy.MEMBER_OF;
      default -> throw new IllegalStateException("its mapper reads groups in a way of its own");
    };
  }

  boolean isOfRoles() {
    return ROLES.equals(model.getProviderId());
  }

  /** The attribute of people that tells what they are a member of, where it is read. */
  Optional<String> memberOfAttribute() {
    return strategy == Strategy.MEMBER_OF
        ? Optional.of(config.getMemberOfLdapAttribute())
        : Optional.empty();
  }

  /** The attribute of people that groups name them by, where it is not the DN. */
  Optional<String> nameAttribute() {
    return config.getMembershipTypeLdapAttribute() == MembershipType.UID
        ? Optional.of(
            config.getMembershipUserLdapAttribute(provider.getLdapIdentityStore().getConfig()))
        : Optional.empty();
  }

  Mapped groups(RealmModel realm, Collection<Person> people) {
    GroupMapperConfig groups = new GroupMapperConfig(model);
    return mapped(groups.getGroupsPath(), groups.isPreserveGroupsInheritance(), realm, people);
  }

  MappedRoles roles(RealmModel realm, Collection<Person> people) {
    RoleMapperConfig roles = new RoleMapperConfig(model);
    return new MappedRoles(
        mapped("/", false, realm, people),
        roles.isRealmRolesMapping() ? null : roles.getClientId(),
        roles.getMode() == LDAPGroupMapperMode.LDAP_ONLY);
  }

  private Mapped mapped(String path, boolean nested, RealmModel realm, Collection<Person> people) {
    Rules rules = new Rules(path, nested, strategy, nameAttribute().orElse(null));
    try (LDAPQuery query = search.get()) {
      List<Group> groups = entries(query);
      return new Mapped(
          model.getId(),
          rules,
          strategy == Strategy.NESTED_MEMBERS ? followed(groups, realm, people) : groups);
    }
  }

  /**
   * A directory follows groups in groups wherever they are. It is asked about those groups that
   * hold what is neither a person nor a group that is known here.
   */
  private List<Group> followed(List<Group> groups, RealmModel realm, Collection<Person> people) {
    Set<String> known =
        Stream.concat(people.stream().map(Person::dn), groups.stream().map(Group::dn))
            .map(DistinguishedNames::canonical)
            .collect(Collectors.toSet());
    return groups.stream()
        .map(
            group ->
                group.members().stream()
                        .map(DistinguishedNames::canonical)
                        .allMatch(known::contains)
                    ? group
                    : followed(group, realm))
        .toList();
  }

  private Group followed(Group group, RealmModel realm) {
    Set<String> members = new HashSet<>(group.members());
    try (LDAPQuery query = LDAPUtils.createQueryForUserSearch(provider, realm)) {
      query.addWhereCondition(
          new LDAPQueryConditionsBuilder()
              .equal(config.getMemberOfLdapAttribute() + IN_CHAIN, group.dn()));
      LDAPUtils.loadAllLDAPObjects(query, provider)
          .forEach(person -> members.add(person.getDn().toString()));
    }
    return new Group(group.name(), group.dn(), members);
  }

  private List<Group> entries(LDAPQuery query) {
    List<Group> found = new ArrayList<>();
    String attribute = config.getMembershipLdapAttribute();
    for (LDAPObject entry : LDAPUtils.loadAllLDAPObjects(query, provider)) {
      LDAPUtils.fillRangedAttribute(provider, entry, attribute);
      found.add(
          new Group(
              entry.getAttributeAsString(config.getLDAPGroupNameLdapAttribute()),
              entry.getDn().toString(),
              entry.getAttributeAsSetOrDefault(attribute, Set.of())));
    }
    return found;
  }
}
