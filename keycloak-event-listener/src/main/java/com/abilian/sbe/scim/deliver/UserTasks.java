package com.abilian.sbe.scim.deliver;

import com.abilian.sbe.scim.deliver.Departures.Fate;
import com.abilian.sbe.scim.directory.Presence;
import com.abilian.sbe.scim.endpoint.Endpoint;
import com.abilian.sbe.scim.project.Decision;
import com.abilian.sbe.scim.project.Link;
import com.abilian.sbe.scim.project.Loss;
import com.abilian.sbe.scim.project.LossCause;
import com.abilian.sbe.scim.project.Projection;
import com.abilian.sbe.scim.project.ProvisioningScope.Verdict;
import com.abilian.sbe.scim.project.ResourceType;
import com.abilian.sbe.scim.project.UserState;
import com.abilian.sbe.scim.reconcile.Valve;
import com.abilian.sbe.scim.store.Mark;
import com.abilian.sbe.scim.store.MarkKind;
import com.abilian.sbe.scim.store.Stores;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.jboss.logging.Logger;

/** The users of a round: read as they are now, projected, and made into deliveries. */
final class UserTasks {

  private static final Logger LOG = Logger.getLogger(UserTasks.class);

  private final Stores stores;
  private final Endpoint endpoint;
  private final ResourcePusher pusher;
  private final Departures departures;
  private final Valve valve;
  private final OtherIds others;

  UserTasks(Stores stores, Endpoint endpoint, ResourcePusher pusher, Departures departures) {
    this.stores = stores;
    this.endpoint = endpoint;
    this.pusher = pusher;
    this.departures = departures;
    this.valve = Valve.of(stores, endpoint);
    this.others = new OtherIds(stores, endpoint);
  }

  /**
   * The links that the tasks are about, and the names of those that have to be looked for.
   *
   * @param members users without a task who have to be sent before their groups
   */
  record Known(Set<String> members, Map<String, Link> links, Map<String, String> names) {}

  Known known(Connection connection, Set<String> asked, Set<String> members, long now)
      throws SQLException {
    Set<String> ids = new LinkedHashSet<>(asked);
    ids.addAll(members);
    Map<String, Link> links =
        stores.links().find(connection, endpoint.id(), ResourceType.USER, ids);
    Set<String> looked =
        links.values().stream()
            .filter(link -> link.needsLook(now))
            .map(Link::resourceId)
            .collect(Collectors.toSet());
    Set<String> news = others.suspects(connection, ids, links.keySet());
    news.removeAll(departures.returning(connection, news));
    looked.addAll(news);
    Map<String, String> names = new HashMap<>();
    if (!looked.isEmpty()) {
      read(connection, looked).forEach((id, user) -> names.put(id, name(user)));
    }
    news.stream()
        .filter(id -> names.get(id) != null)
        .forEach(id -> links.put(id, Link.creating(ResourceType.USER, id)));
    return new Known(members, links, names);
  }

  private String name(UserState user) {
    try {
      return Projection.user(user, endpoint.mapping()).key();
    } catch (RuntimeException told) {
      // It is reported where the user is to be sent.
      return null;
    }
  }

  private Map<String, UserState> read(Connection connection, Set<String> ids) throws SQLException {
    return stores.realms().users(connection, endpoint.realmId(), ids, endpoint.needs());
  }

  /** Stores what has to be known of each user's link before anything is sent. */
  Deliveries load(
      Connection connection,
      Map<String, Task> asked,
      Known known,
      Map<String, Look> looks,
      Map<String, Presence> directories,
      long now)
      throws SQLException {
    Map<String, Task> tasks = new LinkedHashMap<>(asked);
    known.members().forEach(id -> tasks.putIfAbsent(id, Task.UNMARKED));
    Map<String, UserState> users = read(connection, tasks.keySet());
    Map<String, Link> links =
        stores.links().find(connection, endpoint.id(), ResourceType.USER, tasks.keySet());
    known.links().forEach(links::putIfAbsent);
    Map<String, Link> before = Map.copyOf(links);
    passOn(connection, tasks, users.keySet(), links);
    // What was asked before somebody got another's account says nothing of it.
    Map<String, Look> found = new HashMap<>(looks);
    found.keySet().removeIf(id -> !Objects.equals(before.get(id), links.get(id)));
    Map<String, Verdict> scope =
        stores.scopes().of(connection, endpoint.realmId(), endpoint.scope(), users);
    Map<String, Subject> subjects = new LinkedHashMap<>();
    Map<String, Decision> decisions = new HashMap<>();
    Map<String, Fate> fates = new HashMap<>();
    tasks.forEach(
        (id, task) -> {
          Link link = links.get(id);
          Presence presence = users.containsKey(id) ? null : directories.get(id);
          Fate fate = Departures.fate(presence, task.cause(), link);
          fates.put(id, fate);
          Task told = task.because(Departures.cause(presence, task.cause()));
          subjects.put(id, Subject.of(told, ResourceType.USER, id, link, found.get(id), now));
          decisions.put(
              id,
              fate == Fate.LEAVE || fate == Fate.WAIT
                  ? Decision.LEAVE
                  : Decision.onScope(scope.get(id), endpoint.scope().leaving(), link));
        });
    Set<Loss.Key> losses = new HashSet<>();
    Set<Loss.Key> held = held(connection, without(subjects, fates), users, decisions, losses, now);
    boolean gone = links.keySet().stream().anyMatch(id -> scope.get(id) != Verdict.IN);
    boolean inGroups = gone && stores.links().any(connection, endpoint.id(), ResourceType.GROUP);
    Deliveries deliveries = Deliveries.none();
    List<Link> waiting = new ArrayList<>();
    Set<String> taken = others.settle(connection, subjects, decisions);
    subjects.forEach(
        (id, subject) -> {
          if (held.contains(Loss.Key.of(ResourceType.USER, id))) {
            deliveries.nothingToDo().addAll(subject.task().marks());
            waiting.add(links.get(id).held());
            return;
          }
          if (taken.contains(id)) {
            deliveries.nothingToDo().addAll(subject.task().marks());
            return;
          }
          switch (decisions.get(id)) {
            case REMOVE ->
                deliveries
                    .removals()
                    .add(
                        fates.get(id) == Fate.SUSPEND
                            ? Delivery.suspension(pusher, subject)
                            : Delivery.removal(pusher, subject, inGroups));
            case DEACTIVATE -> deliveries.pushes().add(Delivery.deactivation(pusher, subject));
            case NOTHING, LEAVE -> deliveries.nothingToDo().addAll(subject.task().marks());
            default -> deliveries.pushes().add(push(subject, users.get(id)));
          }
        });
    deliveries.losses().addAll(losses);
    waiting.removeAll(links.values());
    stores.links().save(connection, endpoint.id(), waiting);
    stores.links().save(connection, endpoint.id(), deliveries.linksInDoubt());
    departures.leave(
        connection, links(links, fates, Fate.LEAVE), links(links, fates, Fate.WAIT), now);
    return deliveries;
  }

  /** Whoever comes back under another id is to be looked at: who had the account before is not. */
  private void passOn(
      Connection connection, Map<String, Task> tasks, Set<String> present, Map<String, Link> links)
      throws SQLException {
    Set<String> before = Set.copyOf(links.keySet());
    Set<String> others = departures.passOn(connection, present, tasks.keySet(), links);
    Set<String> gone = new HashSet<>(before);
    gone.removeAll(links.keySet());
    valve.forget(
        connection,
        stores.losses().of(connection, endpoint.id(), ResourceType.USER, gone).keySet());
    stores
        .marks()
        .insert(
            connection,
            others.stream()
                .map(
                    id ->
                        Mark.of(
                            endpoint.realmId(),
                            endpoint.id(),
                            Mark.Priority.LIVE,
                            MarkKind.USER,
                            id,
                            null,
                            "IMPORTED_AGAIN"))
                .toList());
  }

  /** Those who may lose something. */
  private static Map<String, Subject> without(
      Map<String, Subject> subjects, Map<String, Fate> fates) {
    Map<String, Subject> some = new LinkedHashMap<>(subjects);
    some.keySet().removeIf(id -> fates.get(id) == Fate.WAIT);
    return some;
  }

  private static List<Link> links(Map<String, Link> links, Map<String, Fate> fates, Fate fate) {
    return fates.keySet().stream()
        .filter(id -> fates.get(id) == fate)
        .map(links::get)
        .filter(Objects::nonNull)
        .toList();
  }

  /**
   * Lets the safety valve judge what they lose; of who loses nothing, nothing is held any more.
   *
   * @param passed gets what may be sent
   * @return what may not
   */
  private Set<Loss.Key> held(
      Connection connection,
      Map<String, Subject> subjects,
      Map<String, UserState> users,
      Map<String, Decision> decisions,
      Set<Loss.Key> passed,
      long now)
      throws SQLException {
    List<Loss> losses = new ArrayList<>();
    Set<Loss.Key> kept = new HashSet<>();
    subjects.forEach(
        (id, subject) -> {
          Loss loss = loss(subject, users.get(id), decisions.get(id));
          if (loss != null) {
            losses.add(loss);
          } else if (!subject.isUnknown() && decisions.get(id) != Decision.REMOVE) {
            kept.add(Loss.Key.of(ResourceType.USER, id));
          }
        });
    valve.forget(connection, kept);
    Set<Loss.Key> held = valve.held(connection, losses, now);
    losses.stream().map(Loss::key).filter(key -> !held.contains(key)).forEach(passed::add);
    return held;
  }

  private static Loss loss(Subject subject, UserState user, Decision decision) {
    return switch (decision) {
      case REMOVE -> outOfScope(subject.removal(), user);
      case DEACTIVATE -> outOfScope(subject.deactivation(), user);
      case SEND -> user.enabled() ? null : subject.deactivation();
      default -> null;
    };
  }

  /** Somebody whom Keycloak has was let go by a setting, unless it was a change of their own. */
  private static Loss outOfScope(Loss loss, UserState user) {
    return loss == null || user == null || loss.cause().isAskedFor()
        ? loss
        : new Loss(loss.key(), LossCause.OUT_OF_SCOPE, loss.at());
  }

  private Delivery push(Subject subject, UserState user) {
    try {
      return Delivery.push(pusher, subject, Projection.user(user, endpoint.mapping()), Set.of());
    } catch (RuntimeException bug) {
      LOG.errorf(bug, "Endpoint %s, USER %s cannot be projected", endpoint.id(), user.id());
      String reason = "cannot be projected: " + bug.getClass().getName();
      return Delivery.unfit(pusher, subject, user.enabled(), reason);
    }
  }
}
