package com.abilian.sbe.scim.deliver;

import com.abilian.sbe.scim.endpoint.Endpoint;
import com.abilian.sbe.scim.project.Decision;
import com.abilian.sbe.scim.project.GroupTree;
import com.abilian.sbe.scim.project.Link;
import com.abilian.sbe.scim.project.Projection;
import com.abilian.sbe.scim.project.ResourceType;
import com.abilian.sbe.scim.store.RealmReader.Member;
import com.abilian.sbe.scim.store.RealmReader.Membership;
import com.abilian.sbe.scim.store.Stores;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** The groups of a round; their members are read once the users are delivered. */
final class GroupTasks {

  /** Groups sent whole in one round: a membership may be long. */
  private static final int WHOLE_GROUPS = 50;

  private static final int MEMBERS_FIRST = 200;

  private final Stores stores;
  private final Endpoint endpoint;
  private final GroupTree tree;
  private final Map<String, Link> links;
  private final GroupSelection selection;

  /** When they were loaded, epoch milliseconds. */
  private final long now;

  private GroupTasks(
      Stores stores,
      Endpoint endpoint,
      GroupTree tree,
      Map<String, Link> links,
      GroupSelection selection,
      long now) {
    this.stores = stores;
    this.endpoint = endpoint;
    this.tree = tree;
    this.links = links;
    this.selection = selection;
    this.now = now;
  }

  /** Where a batch concerns no group. */
  static GroupTasks none(Stores stores, Endpoint endpoint) {
    return new GroupTasks(
        stores, endpoint, new GroupTree(List.of()), Map.of(), GroupSelection.NONE, 0);
  }

  /** Reads the realm's groups, and which of them the receiver has. */
  static GroupTasks load(
      Connection connection, Stores stores, Endpoint endpoint, Batch batch, long now)
      throws SQLException {
    GroupTree tree = stores.realms().groups(connection, endpoint.realmId());
    Map<String, Link> links =
        batch.trees().isEmpty()
            ? stores
                .links()
                .find(connection, endpoint.id(), ResourceType.GROUP, batch.groups().keySet())
            : stores.links().all(connection, endpoint.id(), ResourceType.GROUP);
    GroupSelection selection = GroupSelection.of(batch, tree, links, WHOLE_GROUPS, now);
    return new GroupTasks(stores, endpoint, tree, links, selection, now);
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
        stores
            .realms()
            .neverAttemptedMembers(connection, endpoint.id(), wholeGroups(), MEMBERS_FIRST);
    Set<String> changed = changedMembers();
    Map<String, Link> known =
        stores.links().find(connection, endpoint.id(), ResourceType.USER, changed);
    changed.stream()
        .filter(id -> !known.containsKey(id) || known.get(id).isNeverAttempted())
        .forEach(found::add);
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
    Changes changes = changes(connection);
    Deliveries deliveries = new Deliveries(new ArrayList<>(), new ArrayList<>(), new HashSet<>());
    selection
        .tasks()
        .forEach(
            (id, task) -> {
              Link link = links.get(id);
              Subject subject = Subject.of(task, ResourceType.GROUP, id, link, looks.get(id), now);
              switch (Decision.onPresence(tree.contains(id), link)) {
                case REMOVE -> deliveries.removals().add(Delivery.removal(pusher, subject, false));
                case NOTHING, LEAVE -> deliveries.nothingToDo().addAll(task.marks());
                default -> {
                  String path = tree.path(id);
                  deliveries
                      .pushes()
                      .add(
                          task.whole()
                              ? Delivery.push(
                                  pusher,
                                  subject,
                                  Projection.group(id, path, whole.getOrDefault(id, List.of())))
                              : changed(pusher, subject, path, changes));
                }
              }
            });
    stores.links().save(connection, endpoint.id(), deliveries.linksInDoubt());
    return deliveries;
  }

  private Delivery changed(ResourcePusher pusher, Subject subject, String path, Changes changes) {
    List<String> add = new ArrayList<>();
    List<String> remove = new ArrayList<>();
    for (String userId : subject.task().members()) {
      Link user = changes.users().get(userId);
      if (user != null && user.remoteId() != null) {
        boolean member = changes.now().contains(new Membership(subject.id(), userId));
        (member ? add : remove).add(user.remoteId());
      }
    }
    return Delivery.changes(
        pusher, subject, Projection.group(subject.id(), path, List.of()), add, remove);
  }

  /** Memberships of the users who may have joined or left, and their links. */
  private record Changes(Set<Membership> now, Map<String, Link> users) {}

  private Changes changes(Connection connection) throws SQLException {
    Set<String> users = changedMembers();
    return new Changes(
        stores.realms().memberships(connection, users),
        stores.links().find(connection, endpoint.id(), ResourceType.USER, users));
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

  private Set<String> wholeGroups() {
    return selection.tasks().entrySet().stream()
        .filter(entry -> entry.getValue().whole())
        .map(Map.Entry::getKey)
        .collect(Collectors.toSet());
  }

  private Set<String> changedMembers() {
    return selection.tasks().values().stream()
        .flatMap(task -> task.members().stream())
        .collect(Collectors.toSet());
  }
}
