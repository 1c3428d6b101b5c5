package com.abilian.sbe.scim.directory;

import static java.util.stream.Collectors.toSet;

import com.abilian.sbe.scim.directory.Members.Shown;
import com.abilian.sbe.scim.directory.Snapshot.Group;
import com.abilian.sbe.scim.directory.Snapshot.Mapped;
import com.abilian.sbe.scim.directory.Snapshot.MappedRoles;
import com.abilian.sbe.scim.project.GroupTree;
import com.abilian.sbe.scim.project.LossCause;
import com.abilian.sbe.scim.store.DirectoryRoles;
import com.abilian.sbe.scim.store.DirectoryRoles.Grant;
import com.abilian.sbe.scim.store.DirectoryRoles.RoleMapper;
import com.abilian.sbe.scim.store.Mark;
import com.abilian.sbe.scim.store.MarkKind;
import com.abilian.sbe.scim.store.RealmReader.Membership;
import com.abilian.sbe.scim.store.Stores;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Stores what a snapshot shows of people and groups, and marks what is no longer as the last one
 * showed it.
 */
final class SnapshotRecord {

  private static final String CAUSE = "DIRECTORY";

  private final Stores stores;
  private final String realmId;
  private final String providerId;

  SnapshotRecord(Stores stores, String realmId, String providerId) {
    this.stores = stores;
    this.realmId = realmId;
    this.providerId = providerId;
  }

  /**
   * Keycloak's side, read before the directory: groups that come later wait for the next snapshot.
   *
   * @param users Keycloak's ids of people by those in the directory
   */
  record Base(GroupTree tree, Map<String, String> users) {

    /** Ids of the users whom a snapshot does not show. */
    Set<String> missing(Snapshot snapshot) {
      Set<String> found = new HashSet<>();
      users.forEach(
          (directoryId, user) -> {
            if (!snapshot.people().containsKey(directoryId)) {
              found.add(user);
            }
          });
      return found;
    }
  }

  /**
   * What one snapshot alone does not settle: an entry may be on its way between two servers, and a
   * sync may be bringing people.
   *
   * @param missing ids of users whom it does not show
   * @param incomplete ids of new groups with members whom Keycloak does not have
   */
  record Doubts(Set<String> missing, Set<String> incomplete) {

    static final Doubts NONE = new Doubts(Set.of(), Set.of());
  }

  /**
   * What became of a snapshot.
   *
   * @param marked whether something was marked
   */
  record Stored(boolean marked, Doubts doubts) {}

  Base base(Connection connection) throws SQLException {
    return new Base(
        stores.realms().groups(connection, realmId),
        stores.directories().people(connection, realmId, providerId));
  }

  /**
   * @param before doubts that the snapshot before this one left
   * @param at when the snapshot began, epoch milliseconds
   * @param endpoints those of the realm
   */
  Stored store(
      Connection connection,
      Base base,
      Snapshot snapshot,
      Doubts before,
      long at,
      Collection<String> endpoints)
      throws SQLException {
    int people = snapshot.people().size();
    Doubts doubts = new Doubts(base.missing(snapshot), new HashSet<>());
    if (!stores.directories().taken(connection, providerId, at, people)) {
      return new Stored(false, doubts);
    }
    Members members = new Members(snapshot, base.users(), base.tree());
    boolean marked = vanish(connection, base, doubts.missing(), before.missing(), endpoints);
    for (Mapped mapper : snapshot.mappers()) {
      Shown shown = members.of(mapper);
      Set<String> waiting = without(shown.incomplete(), before.incomplete());
      if (!waiting.isEmpty()) {
        waiting.removeAll(stores.directories().judged(connection, mapper.mapperId()));
        doubts.incomplete().addAll(waiting);
      }
      Set<String> groups = without(base.tree().ids(), waiting);
      marked |= store(connection, mapper.mapperId(), groups, shown.memberships(), endpoints);
    }
    for (MappedRoles mapper : snapshot.roleMappers()) {
      marked |= storeRoles(connection, mapper, members, doubts.missing(), endpoints);
    }
    if (!doubts.incomplete().isEmpty()) {
      stores.directories().want(connection, realmId, at);
    }
    return new Stored(marked, doubts);
  }

  /** Who is missing twice in a row has vanished: an entry may be on its way between two servers. */
  private boolean vanish(
      Connection connection,
      Base base,
      Set<String> missing,
      Set<String> before,
      Collection<String> endpoints)
      throws SQLException {
    Set<String> vanished = stores.directoryPeople().vanished(connection, providerId);
    Set<String> gone = without(missing, vanished);
    gone.retainAll(before);
    Set<String> back = without(vanished, missing);
    stores.directoryPeople().changeVanished(connection, providerId, gone, back);
    back.retainAll(base.users().values());
    List<Mark> marks = new ArrayList<>();
    for (String endpoint : endpoints) {
      gone.forEach(
          id -> marks.add(mark(endpoint, MarkKind.USER, id, null, LossCause.ABSENT.name())));
      back.forEach(id -> marks.add(mark(endpoint, MarkKind.USER, id, null, CAUSE)));
    }
    stores.marks().insert(connection, marks);
    return !marks.isEmpty();
  }

  /**
   * @param groups ids of those that the mapper has a say in
   */
  private boolean store(
      Connection connection,
      String mapperId,
      Set<String> groups,
      Set<Membership> shown,
      Collection<String> endpoints)
      throws SQLException {
    Set<String> judged = stores.directories().judged(connection, mapperId);
    Set<String> news = without(groups, judged);
    stores.directories().judge(connection, mapperId, news, without(judged, groups));
    Set<Membership> before = stores.directories().members(connection, mapperId);
    Set<Membership> joined = without(shown, before);
    Set<Membership> left = without(before, shown);
    stores.directories().change(connection, mapperId, joined, left);
    List<Mark> marks = new ArrayList<>();
    for (String endpoint : endpoints) {
      news.forEach(group -> marks.add(mark(endpoint, MarkKind.GROUP, group, null, CAUSE)));
      marks.addAll(memberMarks(endpoint, joined, news, CAUSE));
      marks.addAll(memberMarks(endpoint, left, news, LossCause.ABSENT.name()));
      if (!joined.isEmpty() || !left.isEmpty()) {
        marks.add(roles(endpoint));
      }
    }
    stores.marks().insert(connection, marks);
    return !marks.isEmpty();
  }

  /**
   * Whoever is not shown at all keeps their roles: whether they have vanished is said elsewhere.
   */
  private boolean storeRoles(
      Connection connection,
      MappedRoles mapper,
      Members members,
      Set<String> missing,
      Collection<String> endpoints)
      throws SQLException {
    DirectoryRoles roles = stores.directoryRoles();
    String id = mapper.mapped().mapperId();
    Set<String> names = mapper.mapped().groups().stream().map(Group::name).collect(toSet());
    Map<String, String> ids = roles.named(connection, realmId, mapper.clientId(), names);
    Set<Grant> shown = members.grants(mapper.mapped(), ids);
    Set<Grant> before = roles.grants(connection, id);
    Set<Grant> more = without(shown, before);
    Set<Grant> less = without(before, shown);
    less.removeIf(grant -> missing.contains(grant.userId()));
    roles.change(connection, id, more, less);
    RoleMapper asked = new RoleMapper(id, providerId, mapper.clientId(), mapper.only());
    boolean news = !asked.equals(roles.mappers(connection).get(id));
    if (news) {
      roles.save(connection, asked);
    }
    if (!news && more.isEmpty() && less.isEmpty()) {
      return false;
    }
    stores.marks().insert(connection, endpoints.stream().map(this::roles).toList());
    return !endpoints.isEmpty();
  }

  /** Of groups that are marked whole nothing more has to be said. */
  private List<Mark> memberMarks(
      String endpoint, Set<Membership> changed, Set<String> whole, String cause) {
    return changed.stream()
        .filter(one -> !whole.contains(one.groupId()))
        .map(one -> mark(endpoint, MarkKind.MEMBER, one.groupId(), one.userId(), cause))
        .toList();
  }

  private Mark mark(String endpoint, MarkKind kind, String group, String member, String cause) {
    return Mark.of(realmId, endpoint, Mark.Priority.LIVE, kind, group, member, cause);
  }

  /** Whoever is in a group has its roles. */
  private Mark roles(String endpoint) {
    return Mark.of(realmId, endpoint, Mark.Priority.FULL_SYNC, MarkKind.ROLES, "", null, CAUSE);
  }

  private static <T> Set<T> without(Set<T> some, Set<T> others) {
    Set<T> rest = new HashSet<>(some);
    rest.removeAll(others);
    return rest;
  }
}
