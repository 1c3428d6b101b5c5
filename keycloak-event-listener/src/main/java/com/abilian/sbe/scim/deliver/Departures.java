package com.abilian.sbe.scim.deliver;

import com.abilian.sbe.scim.directory.Guard;
import com.abilian.sbe.scim.directory.Presence;
import com.abilian.sbe.scim.endpoint.Endpoint;
import com.abilian.sbe.scim.project.Link;
import com.abilian.sbe.scim.project.LossCause;
import com.abilian.sbe.scim.project.ResourceType;
import com.abilian.sbe.scim.store.DirectoryPeople.Origin;
import com.abilian.sbe.scim.store.Mark;
import com.abilian.sbe.scim.store.MarkKind;
import com.abilian.sbe.scim.store.RealmReader.Membership;
import com.abilian.sbe.scim.store.Stores;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * People from directories whom Keycloak no longer has. The directory decides what becomes of them:
 * Keycloak drops whoever a wrong filter hides, and forgets whoever is to be imported anew.
 */
final class Departures {

  /** How long somebody waits for a directory that does not answer. */
  private static final Duration AGAIN = Duration.ofMinutes(1);

  /** What becomes of one. */
  enum Fate {
    /** Removed from the receiver. */
    REMOVE,
    /** Deactivated there, and kept for when the same person comes back. */
    SUSPEND,
    /** Left as they are. */
    LEAVE,
    /** Left, and asked for again soon. */
    WAIT
  }

  private final Stores stores;
  private final Endpoint endpoint;
  private final Guard guard;

  Departures(Stores stores, Endpoint endpoint, Guard guard) {
    this.stores = stores;
    this.endpoint = endpoint;
    this.guard = guard;
  }

  /**
   * Asks the directories of those whom the receiver has and Keycloak does not; never within a
   * transaction.
   *
   * @param links of users
   */
  Map<String, Presence> ask(Collection<Link> links) {
    Set<String> ids =
        links.stream()
            .filter(link -> link.remoteId() != null && !link.isForeign())
            .map(Link::resourceId)
            .collect(Collectors.toSet());
    Collection<Origin> gone =
        ids.isEmpty() ? List.of() : stores.transactions().call(c -> gone(c, ids));
    return gone.isEmpty() ? Map.of() : guard.ask(endpoint.realmId(), gone);
  }

  private Collection<Origin> gone(Connection connection, Set<String> ids) throws SQLException {
    Map<String, Origin> origins = stores.directoryPeople().remembered(connection, ids);
    if (!origins.isEmpty()) {
      origins
          .keySet()
          .removeAll(stores.directoryPeople().current(connection, origins.keySet()).keySet());
    }
    return origins.values();
  }

  /**
   * @param presence null where the person came from no directory
   * @param cause of what is to be done; null where it is tried again
   */
  static Fate fate(Presence presence, LossCause cause, Link link) {
    if (presence == null || link == null) {
      return Fate.REMOVE;
    }
    // What failed is tried again without a mark that tells why.
    boolean failed = cause == null && link != null && link.attempts() > 0;
    boolean asked = cause == LossCause.ASKED || failed;
    return switch (presence) {
      case ABSENT, NO_PROVIDER -> Fate.REMOVE;
      // At the next sync, search or login Keycloak has them again.
      case IN_REACH -> asked && !link.isSuspended() ? Fate.SUSPEND : Fate.LEAVE;
      case OUT_OF_REACH -> link.isSuspended() ? Fate.LEAVE : Fate.SUSPEND;
      case UNKNOWN -> asked && !link.isSuspended() ? Fate.SUSPEND : Fate.WAIT;
    };
  }

  /** Why somebody loses access, now that the directory was asked. */
  static LossCause cause(Presence presence, LossCause cause) {
    if (presence == null || cause == LossCause.ASKED) {
      return cause;
    }
    return switch (presence) {
      case ABSENT -> LossCause.ABSENT;
      case OUT_OF_REACH -> LossCause.OUT_OF_REACH;
      case NO_PROVIDER -> LossCause.PROVIDER_REMOVED;
      case IN_REACH, UNKNOWN -> cause;
    };
  }

  /** Stores that these are left as they are, and when some of them are asked for again. */
  void leave(Connection connection, Collection<Link> left, Collection<Link> waiting, long now)
      throws SQLException {
    stores
        .links()
        .save(
            connection,
            endpoint.id(),
            left.stream().filter(link -> !link.equals(link.left())).map(Link::left).toList());
    Set<String> ids = waiting.stream().map(Link::resourceId).collect(Collectors.toSet());
    stores
        .retries()
        .retryAt(connection, endpoint.id(), ResourceType.USER, ids, now + AGAIN.toMillis());
  }

  /**
   * Gives what the receiver has of people whom Keycloak has under another id by now to that one.
   *
   * @param links of the users of a round, which it changes
   * @return users who are to be looked at because of that, whose links are not among these
   */
  Set<String> passOn(
      Connection connection, Set<String> present, Set<String> asked, Map<String, Link> links)
      throws SQLException {
    Map<String, Origin> current = stores.directoryPeople().current(connection, present);
    stores.directoryPeople().remember(connection, current.values());
    forgetUnlinked(connection, present, current.keySet());
    Set<String> others = new HashSet<>();
    Set<String> absent = new HashSet<>(asked);
    absent.removeAll(present);
    absent.removeIf(id -> !isAt(links.get(id)));
    for (Origin gone : stores.directoryPeople().remembered(connection, absent).values()) {
      for (Origin same : present(connection, gone)) {
        pass(connection, links, links.get(gone.userId()), same.userId());
        if (!asked.contains(same.userId())) {
          links.remove(same.userId());
          others.add(same.userId());
        }
      }
    }
    for (Origin here : current.values()) {
      if (!isAt(links.get(here.userId()))) {
        for (Link before : before(connection, here)) {
          pass(connection, links, before, here.userId());
        }
      }
    }
    return others;
  }

  /** Who was unlinked from a directory is Keycloak's own: it is not asked about them any more. */
  private void forgetUnlinked(Connection connection, Set<String> present, Set<String> current)
      throws SQLException {
    Set<String> own = new HashSet<>(present);
    own.removeAll(current);
    Set<String> before = stores.directoryPeople().remembered(connection, own).keySet();
    stores.directoryPeople().forget(connection, before);
  }

  /** Those of these users whom the receiver has under an id that Keycloak had before. */
  Set<String> returning(Connection connection, Collection<String> ids) throws SQLException {
    Set<String> found = new HashSet<>();
    for (Origin here : stores.directoryPeople().current(connection, ids).values()) {
      if (!before(connection, here).isEmpty()) {
        found.add(here.userId());
      }
    }
    return found;
  }

  private List<Origin> present(Connection connection, Origin gone) throws SQLException {
    return stores
        .directoryPeople()
        .present(connection, endpoint.realmId(), Set.of(gone.directoryId()));
  }

  private Collection<Link> before(Connection connection, Origin here) throws SQLException {
    Set<String> ids =
        stores.directoryPeople().absent(connection, Set.of(here.directoryId())).stream()
            .map(Origin::userId)
            .collect(Collectors.toSet());
    return stores.links().find(connection, endpoint.id(), ResourceType.USER, ids).values().stream()
        .filter(Departures::isAt)
        .limit(1)
        .toList();
  }

  private static boolean isAt(Link link) {
    return link != null && link.remoteId() != null && !link.isForeign();
  }

  private void pass(Connection connection, Map<String, Link> links, Link from, String to)
      throws SQLException {
    Map<String, Link> there =
        stores.links().find(connection, endpoint.id(), ResourceType.USER, Set.of(to));
    if (from == null || isAt(there.get(to))) {
      return;
    }
    Link passed = from.passedTo(to);
    stores.links().save(connection, endpoint.id(), List.of(passed));
    stores.links().delete(connection, endpoint.id(), List.of(from));
    // Nobody has the former id any more: what is held of it would hold for nobody.
    stores.losses().gone(connection, endpoint.id(), ResourceType.USER, Set.of(from.resourceId()));
    links.remove(from.resourceId());
    links.put(to, passed);
    stores.marks().insert(connection, left(connection, from, to));
  }

  /**
   * Groups at the receiver of which Keycloak no longer knows who had the account before: whoever
   * has it now may not be in them. What a directory's last snapshot says of them holds until the
   * next one.
   */
  private List<Mark> left(Connection connection, Link from, String to) throws SQLException {
    Set<String> groups =
        new HashSet<>(
            stores
                .members()
                .ofMembers(connection, endpoint.id(), Set.of(from.remoteId()))
                .getOrDefault(from.remoteId(), Set.of()));
    stores.realms().memberships(connection, Set.of(from.resourceId())).stream()
        .map(Membership::groupId)
        .forEach(groups::remove);
    return groups.stream()
        .map(
            group ->
                Mark.of(
                    endpoint.realmId(),
                    endpoint.id(),
                    Mark.Priority.LIVE,
                    MarkKind.MEMBER,
                    group,
                    to,
                    LossCause.COMPARED.name()))
        .toList();
  }

  /**
   * Who has the accounts by now of users whom the receiver has under another id, by their former
   * id; those who still have their own are left out. Keycloak may have dropped that one too.
   */
  Map<String, String> successors(Connection connection, Set<String> ids) throws SQLException {
    Map<String, String> found = new HashMap<>();
    Set<String> without = new HashSet<>(ids);
    without.removeAll(
        stores.links().find(connection, endpoint.id(), ResourceType.USER, ids).keySet());
    for (Origin gone : stores.directoryPeople().remembered(connection, without).values()) {
      List<String> same = fromTheSameEntry(connection, gone);
      Map<String, Link> links =
          stores.links().find(connection, endpoint.id(), ResourceType.USER, same);
      same.stream()
          .filter(id -> isAt(links.get(id)))
          .findFirst()
          .or(() -> same.stream().findFirst())
          .ifPresent(id -> found.put(gone.userId(), id));
    }
    return found;
  }

  /** Ids that others from this entry have or had in Keycloak, those that it has first. */
  private List<String> fromTheSameEntry(Connection connection, Origin gone) throws SQLException {
    List<Origin> same = new ArrayList<>(present(connection, gone));
    same.addAll(stores.directoryPeople().absent(connection, Set.of(gone.directoryId())));
    return same.stream().map(Origin::userId).filter(id -> !id.equals(gone.userId())).toList();
  }
}
