package com.abilian.sbe.scim.keycloak;

import com.abilian.sbe.scim.directory.Directories;
import com.abilian.sbe.scim.directory.DirectoryException;
import com.abilian.sbe.scim.directory.Presence;
import com.abilian.sbe.scim.directory.Snapshot;
import com.abilian.sbe.scim.directory.Snapshot.Person;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.keycloak.component.ComponentModel;
import org.keycloak.models.KeycloakSession;
import org.keycloak.models.KeycloakSessionFactory;
import org.keycloak.models.RealmModel;
import org.keycloak.models.utils.KeycloakModelUtils;
import org.keycloak.storage.ldap.LDAPStorageProvider;
import org.keycloak.storage.ldap.LDAPUtils;
import org.keycloak.storage.ldap.idm.model.LDAPObject;
import org.keycloak.storage.ldap.idm.query.internal.LDAPQuery;
import org.keycloak.storage.ldap.mappers.LDAPStorageMapper;

/**
 * Keycloak's own LDAP providers, each asked through a copy: it has time-outs of its own, no mappers
 * that would change anybody, and leaves the live one alone.
 */
public final class LdapDirectories implements Directories {

  private static final Set<String> IN_DIRECTORY = Set.of("READ_ONLY", "LDAP_ONLY");

  private final KeycloakSessionFactory factory;

  public LdapDirectories(KeycloakSessionFactory factory) {
    this.factory = factory;
  }

  @Override
  public Snapshot snapshot(String realmId, String providerId) throws DirectoryException {
    return asked(
        realmId,
        session -> {
          RealmModel realm = session.getContext().getRealm();
          LDAPStorageProvider provider =
              LdapCopies.of(session, component(realm, providerId), "", Map.of());
          List<LdapMapper> mappers =
              realm
                  .getComponentsStream(providerId, LDAPStorageMapper.class.getName())
                  .filter(mapper -> IN_DIRECTORY.contains(String.valueOf(mapper.get("mode"))))
                  .map(mapper -> LdapMapper.of(session, provider, mapper))
                  .flatMap(Optional::stream)
                  .toList();
          Map<String, Person> people = people(realm, provider, mappers);
          return new Snapshot(
              people,
              mappers.stream()
                  .filter(mapper -> !mapper.isOfRoles())
                  .map(mapper -> mapper.groups(realm, people.values()))
                  .toList(),
              mappers.stream()
                  .filter(LdapMapper::isOfRoles)
                  .map(mapper -> mapper.roles(realm, people.values()))
                  .toList());
        });
  }

  @Override
  public Map<String, Presence> presence(
      String realmId, String providerId, Collection<String> directoryIds)
      throws DirectoryException {
    return asked(
        realmId,
        session -> {
          RealmModel realm = session.getContext().getRealm();
          Map<String, Presence> found = new HashMap<>();
          if (realm.getComponent(providerId) == null) {
            directoryIds.forEach(id -> found.put(id, Presence.NO_PROVIDER));
            return found;
          }
          LdapPresence asked = new LdapPresence(session, realm, realm.getComponent(providerId));
          directoryIds.forEach(id -> found.put(id, asked.of(id)));
          return found;
        });
  }

  private interface Question<T> {
    T ask(KeycloakSession session);
  }

  private <T> T asked(String realmId, Question<T> question) throws DirectoryException {
    try {
      return KeycloakModelUtils.runJobInTransactionWithResult(
          factory,
          session -> {
            session.getContext().setRealm(session.realms().getRealm(realmId));
            return question.ask(session);
          });
    } catch (RuntimeException | LinkageError failure) {
      throw new DirectoryException(LdapFailures.reason(failure), failure);
    }
  }

  private static ComponentModel component(RealmModel realm, String providerId) {
    ComponentModel live = realm.getComponent(providerId);
    if (live == null) {
      throw new IllegalStateException("the provider is gone");
    }
    return live;
  }

  private static Map<String, Person> people(
      RealmModel realm, LDAPStorageProvider provider, List<LdapMapper> mappers) {
    Set<String> memberOf = new HashSet<>();
    Set<String> names = new HashSet<>();
    for (LdapMapper mapper : mappers) {
      mapper.memberOfAttribute().ifPresent(memberOf::add);
      mapper.nameAttribute().ifPresent(names::add);
    }
    Map<String, Person> found = new HashMap<>();
    try (LDAPQuery query = LDAPUtils.createQueryForUserSearch(provider, realm)) {
      memberOf.forEach(query::addReturningLdapAttribute);
      names.forEach(query::addReturningLdapAttribute);
      for (LDAPObject entry : LDAPUtils.loadAllLDAPObjects(query, provider)) {
        memberOf.forEach(attribute -> LDAPUtils.fillRangedAttribute(provider, entry, attribute));
        found.put(entry.getUuid(), person(entry, memberOf, names));
      }
    }
    return found;
  }

  private static Person person(LDAPObject entry, Set<String> memberOf, Set<String> names) {
    Set<String> groups = new HashSet<>();
    memberOf.forEach(
        attribute -> groups.addAll(entry.getAttributeAsSetOrDefault(attribute, Set.of())));
    Map<String, String> values = new HashMap<>();
    for (String attribute : names) {
      String value = entry.getAttributeAsString(attribute);
      if (value != null) {
        values.put(attribute.toLowerCase(Locale.ROOT), value);
      }
    }
    return new Person(entry.getDn().toString(), groups, values);
  }
}
