package com.abilian.sbe.scim.deliver;

import com.abilian.sbe.scim.endpoint.Endpoint;
import com.abilian.sbe.scim.project.Decision;
import com.abilian.sbe.scim.project.Link;
import com.abilian.sbe.scim.project.Loss;
import com.abilian.sbe.scim.project.Loss.Key;
import com.abilian.sbe.scim.project.ResourceType;
import com.abilian.sbe.scim.reconcile.Valve;
import com.abilian.sbe.scim.store.LossStore.Judged;
import com.abilian.sbe.scim.store.LossStore.State;
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

/** What the groups of a round lose, groups themselves and members, and what is held of it. */
final class GroupLosses {

  /**
   * The groups as they are to be sent.
   *
   * @param subjects by their ids
   * @param present those that Keycloak has, and that are in scope
   * @param whole remote ids of everybody in the groups that are sent whole
   * @param accepted remote ids of those whom the receiver holds in them
   * @param now memberships of the people of the other groups who may have joined or left
   * @param users their links
   */
  record Wanted(
      Map<String, Subject> subjects,
      Set<String> present,
      Map<String, List<String>> whole,
      Map<String, Set<String>> accepted,
      Set<Membership> now,
      Map<String, Link> users) {}

  private final Wanted wanted;
  private final Map<Key, Loss> losses = new HashMap<>();
  private final Set<Key> kept = new HashSet<>();

  /** Of members of groups that are sent whole. */
  private final Map<Key, String> remoteIds = new HashMap<>();

  private Set<Key> held = Set.of();

  private GroupLosses(Wanted wanted) {
    this.wanted = wanted;
  }

  /** Lets the safety valve judge, in the transaction that stores what is about to be sent. */
  static GroupLosses judged(
      Connection connection, Stores stores, Endpoint endpoint, Wanted wanted, long now)
      throws SQLException {
    GroupLosses found = new GroupLosses(wanted);
    Set<String> surplus = new HashSet<>();
    wanted.accepted().keySet().forEach(group -> surplus.addAll(found.surplus(group)));
    Map<String, Link> leavers = stores.links().usersAt(connection, endpoint.id(), surplus);
    Map<String, Set<String>> there =
        stores.members().ofMembers(connection, endpoint.id(), found.leaving());
    wanted.subjects().forEach((id, subject) -> found.add(id, subject, leavers, there));
    Valve valve = Valve.of(stores, endpoint);
    found.kept.addAll(found.past(connection, stores, endpoint));
    valve.forget(connection, found.kept);
    found.held = valve.held(connection, found.losses.values(), now);
    return found;
  }

  /** Members whom the receiver holds and a group that is sent whole does not have. */
  private Set<String> surplus(String group) {
    Set<String> found = new HashSet<>(wanted.accepted().getOrDefault(group, Set.of()));
    found.removeAll(Set.copyOf(wanted.whole().getOrDefault(group, List.of())));
    return found;
  }

  /** Remote ids of those who may have left one of the other groups. */
  private Set<String> leaving() {
    Set<String> found = new HashSet<>();
    wanted
        .subjects()
        .forEach(
            (group, subject) ->
                subject.task().members().stream()
                    .filter(user -> !wanted.now().contains(new Membership(group, user)))
                    .map(this::remoteId)
                    .forEach(found::add));
    found.remove(null);
    return found;
  }

  private String remoteId(String user) {
    Link link = wanted.users().get(user);
    return link == null ? null : link.remoteId();
  }

  private void add(
      String group, Subject subject, Map<String, Link> leavers, Map<String, Set<String>> there) {
    switch (Decision.onPresence(wanted.present().contains(group), subject.before())) {
      case REMOVE -> add(subject.removal());
      case SEND -> {
        kept.add(Key.of(ResourceType.GROUP, group));
        if (subject.task().whole()) {
          surplus(group).stream()
              .map(leavers::get)
              .filter(user -> user != null)
              .forEach(user -> add(subject, user));
        } else {
          subject.task().members().stream()
              .filter(user -> !wanted.now().contains(new Membership(group, user)))
              .filter(user -> there.getOrDefault(remoteId(user), Set.of()).contains(group))
              .forEach(user -> add(subject, user));
        }
      }
      default -> kept.add(Key.of(ResourceType.GROUP, group));
    }
  }

  private void add(Subject subject, Link user) {
    remoteIds.put(Key.member(user.resourceId(), subject.id()), user.remoteId());
    add(subject, user.resourceId());
  }

  private void add(Subject subject, String user) {
    add(subject.task().loss(Key.member(user, subject.id()), subject.before(), subject.now()));
  }

  private void add(Loss loss) {
    if (loss != null) {
      losses.put(loss.key(), loss);
    }
  }

  /** Memberships that were to be lost once: they are there, or the receiver has them no more. */
  private Set<Key> past(Connection connection, Stores stores, Endpoint endpoint)
      throws SQLException {
    Map<Key, Judged> judged =
        stores.losses().ofGroups(connection, endpoint.id(), wanted.subjects().keySet());
    Set<String> ids = judged.keySet().stream().map(Key::id).collect(Collectors.toSet());
    Map<String, Link> users =
        stores.links().find(connection, endpoint.id(), ResourceType.USER, ids);
    return judged.values().stream()
        .filter(one -> isMember(one.loss().key(), users.get(one.loss().key().id())) || isPast(one))
        .map(one -> one.loss().key())
        .collect(Collectors.toSet());
  }

  /** Whether it was to be sent and would have been, if the receiver had the member. */
  private boolean isPast(Judged judged) {
    Key key = judged.loss().key();
    Task task = wanted.subjects().get(key.groupId()).task();
    return judged.state() != State.HELD
        && wanted.present().contains(key.groupId())
        && (task.whole() || task.members().contains(key.id()))
        && !losses.containsKey(key);
  }

  private boolean isMember(Key membership, Link user) {
    String group = membership.groupId();
    return wanted.subjects().get(group).task().whole()
        ? user != null
            && user.remoteId() != null
            && wanted.whole().getOrDefault(group, List.of()).contains(user.remoteId())
        : wanted.now().contains(new Membership(group, membership.id()));
  }

  boolean isHeld(String group) {
    return held.contains(Key.of(ResourceType.GROUP, group));
  }

  boolean isHeld(String group, String user) {
    return held.contains(Key.member(user, group));
  }

  /** The members of a group that is sent whole, with those who are not to be taken out now. */
  List<String> members(String group) {
    List<String> members = new ArrayList<>(wanted.whole().getOrDefault(group, List.of()));
    held.stream()
        .filter(key -> key.groupId().equals(group))
        .map(remoteIds::get)
        .filter(member -> member != null)
        .forEach(members::add);
    return members;
  }

  /** What goes. */
  Set<Key> passed() {
    return losses.keySet().stream().filter(key -> !held.contains(key)).collect(Collectors.toSet());
  }
}
