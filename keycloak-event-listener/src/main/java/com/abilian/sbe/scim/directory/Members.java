package com.abilian.sbe.scim.directory;

import com.abilian.sbe.scim.directory.Snapshot.Group;
import com.abilian.sbe.scim.directory.Snapshot.Mapped;
import com.abilian.sbe.scim.directory.Snapshot.Person;
import com.abilian.sbe.scim.directory.Snapshot.Rules;
import com.abilian.sbe.scim.project.GroupTree;
import com.abilian.sbe.scim.store.DirectoryRoles.Grant;
import com.abilian.sbe.scim.store.RealmReader.Membership;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** Who is in which group of Keycloak, and has which role, by what a mapper reads of a directory. */
final class Members {

  private final Snapshot snapshot;
  private final Map<String, String> users;
  private final GroupTree tree;

  /** Ids of people in the directory, by their canonical DNs. */
  private final Map<String, String> byDn = new HashMap<>();

  /**
   * @param users Keycloak's ids of people by those in the directory
   * @param tree the realm's groups
   */
  Members(Snapshot snapshot, Map<String, String> users, GroupTree tree) {
    this.snapshot = snapshot;
    this.users = users;
    this.tree = tree;
    snapshot
        .people()
        .forEach((id, person) -> byDn.put(DistinguishedNames.canonical(person.dn()), id));
  }

  /**
   * What a mapper shows of Keycloak's groups.
   *
   * @param incomplete ids of groups with members whom Keycloak does not have
   */
  record Shown(Set<Membership> memberships, Set<String> incomplete) {}

  Shown of(Mapped mapper) {
    Map<String, Set<String>> members = members(mapper);
    Map<String, String> groups = groups(mapper.rules());
    Shown shown = new Shown(new HashSet<>(), new HashSet<>());
    for (Group group : mapper.groups()) {
      String groupId = groups.get(group.name());
      if (groupId != null) {
        members
            .getOrDefault(DistinguishedNames.canonical(group.dn()), Set.of())
            .forEach(
                person -> {
                  String user = users.get(person);
                  if (user == null) {
                    shown.incomplete().add(groupId);
                  } else {
                    shown.memberships().add(new Membership(groupId, user));
                  }
                });
      }
    }
    return shown;
  }

  /**
   * Who has which role.
   *
   * @param roles ids of the roles that the mapper may give, by name
   */
  Set<Grant> grants(Mapped mapper, Map<String, String> roles) {
    Map<String, Set<String>> members = members(mapper);
    Set<Grant> found = new HashSet<>();
    for (Group group : mapper.groups()) {
      String role = roles.get(group.name());
      if (role != null) {
        members.getOrDefault(DistinguishedNames.canonical(group.dn()), Set.of()).stream()
            .map(users::get)
            .filter(user -> user != null)
            .forEach(user -> found.add(new Grant(role, user)));
      }
    }
    return found;
  }

  /** Ids of people in the directory, by the canonical DNs of groups. */
  private Map<String, Set<String>> members(Mapped mapper) {
    return switch (mapper.rules().strategy()) {
      case MEMBER_OF -> memberOf();
      case MEMBERS -> direct(mapper);
      case NESTED_MEMBERS -> nested(mapper);
    };
  }

  private Map<String, Set<String>> memberOf() {
    Map<String, Set<String>> found = new HashMap<>();
    snapshot
        .people()
        .forEach(
            (id, person) ->
                person
                    .memberOf()
                    .forEach(
                        dn ->
                            found
                                .computeIfAbsent(
                                    DistinguishedNames.canonical(dn), none -> new HashSet<>())
                                .add(id)));
    return found;
  }

  private Map<String, Set<String>> direct(Mapped mapper) {
    String attribute = mapper.rules().nameAttribute();
    Map<String, String> people = attribute == null ? byDn : byName(attribute);
    Map<String, Set<String>> found = new HashMap<>();
    for (Group group : mapper.groups()) {
      Set<String> members = new HashSet<>();
      for (String member : group.members()) {
        String id =
            people.get(
                attribute == null
                    ? DistinguishedNames.canonical(member)
                    : member.toLowerCase(Locale.ROOT));
        if (id != null) {
          members.add(id);
        }
      }
      found.put(DistinguishedNames.canonical(group.dn()), members);
    }
    return found;
  }

  private Map<String, String> byName(String attribute) {
    Map<String, String> found = new HashMap<>();
    for (Map.Entry<String, Person> person : snapshot.people().entrySet()) {
      String name = person.getValue().names().get(attribute.toLowerCase(Locale.ROOT));
      if (name != null) {
        found.put(name.toLowerCase(Locale.ROOT), person.getKey());
      }
    }
    return found;
  }

  private Map<String, Set<String>> nested(Mapped mapper) {
    Map<String, Set<String>> direct = direct(mapper);
    Map<String, Set<String>> inside = new HashMap<>();
    for (Group group : mapper.groups()) {
      Set<String> groups = new HashSet<>();
      group.members().stream()
          .map(DistinguishedNames::canonical)
          .filter(direct::containsKey)
          .forEach(groups::add);
      inside.put(DistinguishedNames.canonical(group.dn()), groups);
    }
    Map<String, Set<String>> found = new HashMap<>();
    direct
        .keySet()
        .forEach(
            group -> {
              Set<String> all = new HashSet<>();
              closure(group, inside).forEach(one -> all.addAll(direct.get(one)));
              found.put(group, all);
            });
    return found;
  }

  private static Set<String> closure(String group, Map<String, Set<String>> inside) {
    Set<String> found = new HashSet<>(Set.of(group));
    Deque<String> open = new ArrayDeque<>(found);
    while (!open.isEmpty()) {
      inside.get(open.remove()).stream().filter(found::add).forEach(open::add);
    }
    return found;
  }

  /** The groups of Keycloak that a mapper may have made, by name. */
  private Map<String, String> groups(Rules rules) {
    String base = null;
    for (String step : rules.path().split("/")) {
      if (!step.isEmpty()) {
        base = named(tree.below(base), step);
        if (base == null) {
          return Map.of();
        }
      }
    }
    Collection<String> made = rules.nested() ? below(base) : tree.below(base);
    Map<String, String> found = new HashMap<>();
    made.stream().sorted().forEach(id -> found.putIfAbsent(tree.name(id), id));
    return found;
  }

  private Collection<String> below(String base) {
    return base == null ? tree.ids() : tree.subtree(base);
  }

  /** Null where there is none. */
  private String named(Collection<String> ids, String name) {
    return ids.stream().filter(id -> tree.name(id).equals(name)).findFirst().orElse(null);
  }
}
