package com.abilian.sbe.scim.deliver;

import com.abilian.sbe.scim.endpoint.Endpoint;
import com.abilian.sbe.scim.project.Decision;
import com.abilian.sbe.scim.project.GroupTree;
import com.abilian.sbe.scim.project.Link;
import com.abilian.sbe.scim.project.Projection;
import com.abilian.sbe.scim.project.RealmScope;
import com.abilian.sbe.scim.project.ResourceType;
import com.abilian.sbe.scim.store.RealmReader.Member;
import com.abilian.sbe.scim.store.RealmReader.Membership;
import com.abilian.sbe.scim.store.Stores;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** The groups of a round; their members are read once the users are delivered. */
final class GroupTasks {

  /** Groups sent whole in one round: a membership may be long. */
  private static final int WHOLE_GROUPS = 50;

  private static final int MEMBERS_FIRST = 200;

  private static final int EVERYBODY = Integer.MAX_VALUE;

  /** People whose scope is looked at together. */
  private static final int SCOPE_PAGE = 1000;

  private final Stores stores;
  private final Endpoint endpoint;
  private final GroupTree tree;
  private final RealmScope scope;
  private final Map<String, Link> links;
  private final GroupSelection selection;

  /** When they were loaded, epoch milliseconds. */
  private final long now;

  private GroupTasks(
      Stores stores,
      Endpoint endpoint,
      GroupTree tree,
      RealmScope scope,
      Map<String, Link> links,
      GroupSelection selection,
      long now) {
    this.stores = stores;
    this.endpoint = endpoint;
    this.tree = tree;
    this.scope = scope;
    this.links = links;
    this.selection = selection;
    this.now = now;
  }

  /** Where a batch concerns no group. */
  static GroupTasks none(Stores stores, Endpoint endpoint) {
    return new GroupTasks(
        stores,
        endpoint,
        new GroupTree(List.of()),
        RealmScope.ALL,
        Map.of(),
        GroupSelection.NONE,
        0);
  }

  /** Reads the realm's groups, and which of them the receiver has. */
  static GroupTasks load(
      Connection connection,
      Stores stores,
      Endpoint endpoint,
      Departures departures,
      Batch batch,
      long now)
      throws SQLException {
    GroupTree tree = stores.realms().groups(connection, endpoint.realmId());
    Map<String, Link> links =
        batch.trees().isEmpty()
            ? stores
                .links()
                .find(connection, endpoint.id(), ResourceType.GROUP, batch.groups().keySet())
            : stores.links().all(connection, endpoint.id(), ResourceType.GROUP);
    RealmScope scope =
        stores.scopes().inRealm(connection, endpoint.realmId(), endpoint.scope(), tree);
    GroupSelection selection = GroupSelection.of(batch, tree, links, scope, WHOLE_GROUPS, now);
    selection = selection.naming(departures.successors(connection, selection.members()));
    return new GroupTasks(stores, endpoint, tree, scope, links, selection, now);
  }

  boolean isEmpty() {
    return selection.tasks().isEmpty();
  }

  /** Ids of marks that ask for nothing. */
  Set<String> nothingToDo() {
    return selection.nothingToDo();
  }

  /** Ids of marks that led to groups which wait for a later round. */
  Set<String> deferred() {
    return selection.deferred();
  }

  /**
   * Members who were never attempted and must be sent before these groups; only some of them if
   * there are many.
   */
  Set<String> neverAttemptedMembers(Connection connection) throws SQLException {
    if (isEmpty()) {
      return Set.of();
    }
    Set<String> found =
        endpoint.scope().holdsEverybody()
            ? stores
                .realms()
                .neverAttemptedMembers(connection, endpoint.id(), wholeGroups(), MEMBERS_FIRST)
            : neverAttemptedInScope(connection);
    Set<String> changed = changedMembers();
    Map<String, Link> known =
        stores.links().find(connection, endpoint.id(), ResourceType.USER, changed);
    changed.stream()
        .filter(id -> !known.containsKey(id) || known.get(id).isNeverAttempted())
        .forEach(found::add);
    return found;
  }

  private Set<String> neverAttemptedInScope(Connection connection) throws SQLException {
    Set<String> found = new HashSet<>();
    List<String> all =
        List.copyOf(
            stores
                .realms()
                .neverAttemptedMembers(connection, endpoint.id(), wholeGroups(), EVERYBODY));
    for (int from = 0; from < all.size() && found.size() < MEMBERS_FIRST; from += SCOPE_PAGE) {
      List<String> page = all.subList(from, Math.min(from + SCOPE_PAGE, all.size()));
      found.addAll(stores.scopes().among(connection, endpoint.realmId(), endpoint.scope(), page));
    }
    return found;
  }

  /** What the receiver has of the groups whose links are not to be trusted, by id. */
  Map<String, Look> look(Sender sender, Looks looks) {
    Map<String, Link> asked = new HashMap<>(links);
    asked.keySet().retainAll(selection.tasks().keySet());
    return Asked.all(sender, looks, asked, id -> tree.contains(id) ? tree.path(id) : null, now);
  }

  /** Stores what has to be known of each group's link before anything is sent. */
  Deliveries deliveries(Connection connection, ResourcePusher pusher, Map<String, Look> looks)
      throws SQLException {
    // What was looked for is named by what is read after the look.
    GroupTree tree =
        looks.isEmpty() ? this.tree : stores.realms().groups(connection, endpoint.realmId());
    Map<String, List<String>> whole = wholeMembers(connection);
    Map<String, Set<String>> accepted =
        stores.members().ofGroups(connection, endpoint.id(), wholeGroups());
    Changes changes = changes(connection);
    Set<String> unjudged =
        new DirectoryGroups(stores, endpoint).unjudged(connection, unsent(), now);
    Deliveries deliveries = Deliveries.none();
    Map<String, Subject> subjects = new LinkedHashMap<>();
    Set<String> present = new HashSet<>();
    selection
        .tasks()
        .forEach(
            (id, task) -> {
              if (unjudged.contains(id) && tree.contains(id)) {
                deliveries.nothingToDo().addAll(task.marks());
              } else {
                Link link = links.get(id);
                subjects.put(
                    id, Subject.of(task, ResourceType.GROUP, id, link, looks.get(id), now));
                if (tree.contains(id) && scope.ofGroup(id).holds(link)) {
                  present.add(id);
                }
              }
            });
    GroupLosses losses =
        GroupLosses.judged(
            connection,
            stores,
            endpoint,
            new GroupLosses.Wanted(
                subjects, present, whole, accepted, changes.now(), changes.users()),
            now);
    List<Link> waiting = new ArrayList<>();
    subjects.forEach(
        (id, subject) -> {
          if (losses.isHeld(id)) {
            deliveries.nothingToDo().addAll(subject.task().marks());
            waiting.add(links.get(id).held());
            return;
          }
          switch (Decision.onPresence(present.contains(id), links.get(id))) {
            case REMOVE -> deliveries.removals().add(Delivery.removal(pusher, subject, false));
            case NOTHING, LEAVE -> deliveries.nothingToDo().addAll(subject.task().marks());
            default -> {
              String path = tree.path(id);
              deliveries
                  .pushes()
                  .add(
                      subject.task().whole()
                          ? Delivery.push(
                              pusher,
                              subject,
                              Projection.group(id, path, losses.members(id)),
                              accepted.getOrDefault(id, Set.of()))
                          : changed(pusher, subject, path, changes, losses));
            }
          }
        });
    deliveries.losses().addAll(losses.passed());
    waiting.removeAll(links.values());
    stores.links().save(connection, endpoint.id(), waiting);
    stores.links().save(connection, endpoint.id(), deliveries.linksInDoubt());
    return deliveries;
  }

  private Delivery changed(
      ResourcePusher pusher, Subject subject, String path, Changes changes, GroupLosses losses) {
    List<String> add = new ArrayList<>();
    List<String> remove = new ArrayList<>();
    for (String userId : subject.task().members()) {
      Link user = changes.users().get(userId);
      if (user != null && user.remoteId() != null) {
        if (changes.now().contains(new Membership(subject.id(), userId))) {
          add.add(user.remoteId());
        } else if (!losses.isHeld(subject.id(), userId)) {
          remove.add(user.remoteId());
        }
      }
    }
    return Delivery.changes(
        pusher, subject, Projection.group(subject.id(), path, List.of()), add, remove);
  }

  /** Memberships of the users who may have joined or left, and their links. */
  private record Changes(Set<Membership> now, Map<String, Link> users) {}

  /** Whoever has left the scope is in no group. */
  private Changes changes(Connection connection) throws SQLException {
    Set<String> users = changedMembers();
    Map<String, Link> links =
        stores.links().find(connection, endpoint.id(), ResourceType.USER, users);
    Set<Membership> now = stores.realms().memberships(connection, users);
    now.removeIf(one -> links.containsKey(one.userId()) && links.get(one.userId()).hasLeft());
    return new Changes(now, links);
  }

  /** Remote ids of everybody in the groups that are sent whole. */
  private Map<String, List<String>> wholeMembers(Connection connection) throws SQLException {
    Map<String, List<String>> found = new HashMap<>();
    for (Member member : stores.realms().members(connection, endpoint.id(), wholeGroups())) {
      if (member.remoteId() != null) {
        found.computeIfAbsent(member.groupId(), id -> new ArrayList<>()).add(member.remoteId());
      }
    }
    return found;
  }

  /** Those that the receiver does not have, as far as is known. */
  private Set<String> unsent() {
    return selection.tasks().keySet().stream()
        .filter(id -> links.get(id) == null || links.get(id).remoteId() == null)
        .collect(Collectors.toSet());
  }

  private Set<String> wholeGroups() {
    return selection.tasks().entrySet().stream()
        .filter(entry -> entry.getValue().whole())
        .map(Map.Entry::getKey)
        .collect(Collectors.toSet());
  }

  private Set<String> changedMembers() {
    return selection.members();
  }
}
