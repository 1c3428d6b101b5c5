package com.abilian.sbe.scim.reconcile;

import com.abilian.sbe.scim.endpoint.Endpoint;
import com.abilian.sbe.scim.project.Link;
import com.abilian.sbe.scim.project.Loss;
import com.abilian.sbe.scim.project.Loss.Key;
import com.abilian.sbe.scim.project.ResourceType;
import com.abilian.sbe.scim.project.SafetyValve;
import com.abilian.sbe.scim.store.LossStore.Judged;
import com.abilian.sbe.scim.store.LossStore.State;
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
import org.jboss.logging.Logger;

/**
 * The safety valve of an endpoint: every loss passes here before it is sent, and is stored in the
 * transaction that goes with it. What was judged once stays judged: a loss that is tried again
 * counts once, and one that is held stays held, whichever node delivers. Who judges and who decides
 * take turns: nothing is held that a decision of the same moment does not know of.
 */
public final class Valve {

  private static final Logger LOG = Logger.getLogger(Valve.class);

  /**
   * How long what is done is kept: longer than it counts, since what waited for the receiver counts
   * by when it was asked for.
   */
  private static final Duration KEPT = SafetyValve.WINDOW.multipliedBy(4);

  private final Stores stores;
  private final String endpointId;
  private final HeldMemberships memberships;
  private final LossMarks marks;

  public Valve(Stores stores, String realmId, String endpointId) {
    this.stores = stores;
    this.endpointId = endpointId;
    this.memberships = new HeldMemberships(stores, endpointId);
    this.marks = new LossMarks(stores, realmId, endpointId);
  }

  public static Valve of(Stores stores, Endpoint endpoint) {
    return new Valve(stores, endpoint.realmId(), endpoint.id());
  }

  /**
   * What is held of these losses, and must not be sent now. A membership is held where its user is,
   * and passes where its user is to.
   *
   * @param now epoch milliseconds
   */
  public Set<Key> held(Connection connection, Collection<Loss> losses, long now)
      throws SQLException {
    if (losses.isEmpty()) {
      return Set.of();
    }
    stores.endpoints().lock(connection, endpointId);
    Map<Key, Judged> known = known(connection, keys(losses));
    Set<Key> held = new HashSet<>();
    List<Loss> next = new ArrayList<>();
    Set<Key> past = new HashSet<>();
    for (Loss loss : losses) {
      Judged before = before(known, loss);
      if (before == null) {
        next.add(loss);
        past.add(loss.key());
      } else if (before.state() == State.HELD) {
        held.add(loss.key());
      }
    }
    Set<Loss> stopped = new HashSet<>();
    for (boolean asked : new boolean[] {false, true}) {
      stopped.addAll(
          judged(
              connection,
              next.stream().filter(loss -> loss.cause().isAskedFor() == asked).toList(),
              asked));
    }
    stores.losses().delete(connection, endpointId, past);
    store(connection, next, stopped, now);
    held.addAll(keys(stopped));
    return held;
  }

  /**
   * How it was judged before; null where it was not, or so long ago that it counts once more. Of a
   * membership that of its user counts, until that is done.
   */
  private static Judged before(Map<Key, Judged> known, Loss loss) {
    Judged itself = known.get(loss.key());
    Judged subject = known.get(loss.key().subject());
    boolean follows = itself == null && subject != null && subject.state() != State.DONE;
    Judged before = follows ? subject : itself;
    boolean isPast =
        before != null
            && before.state() == State.DONE
            && loss.at() - before.loss().at() >= SafetyValve.WINDOW.toMillis();
    return isPast ? null : before;
  }

  /** How many of these would be held, if they were to be sent now. */
  int wouldHold(Connection connection, Collection<Loss> losses) throws SQLException {
    Map<Key, Judged> known = known(connection, keys(losses));
    List<Loss> next = losses.stream().filter(loss -> !known.containsKey(loss.key())).toList();
    long held =
        losses.stream()
            .map(loss -> known.get(loss.key()))
            .filter(one -> one != null && one.state() == State.HELD)
            .count();
    return (int) held + judged(connection, next, false).size();
  }

  private Set<Loss> judged(Connection connection, List<Loss> next, boolean asked)
      throws SQLException {
    if (next.isEmpty()) {
      return Set.of();
    }
    boolean holding = stores.losses().holds(connection, endpointId, asked);
    long first = next.stream().mapToLong(Loss::at).min().orElseThrow();
    long last = next.stream().mapToLong(Loss::at).max().orElseThrow();
    long window = SafetyValve.WINDOW.toMillis();
    List<Loss> around =
        holding && !asked
            ? List.of()
            : stores.losses().between(connection, endpointId, asked, first - window, last + window);
    boolean few = !holding && around.size() + next.size() <= SafetyValve.FEW;
    return few ? Set.of() : SafetyValve.held(around, next, holding, people(connection));
  }

  private int people(Connection connection) throws SQLException {
    return stores.links().people(connection, endpointId)
        + stores.losses().removedPeople(connection, endpointId);
  }

  private void store(Connection connection, List<Loss> next, Set<Loss> stopped, long now)
      throws SQLException {
    if (next.isEmpty()) {
      return;
    }
    Map<Boolean, List<Loss>> byFate =
        next.stream().distinct().collect(Collectors.partitioningBy(stopped::contains));
    stores.losses().insert(connection, endpointId, State.HELD, byFate.get(true));
    stores.losses().insert(connection, endpointId, State.PASSED, byFate.get(false));
    stores.losses().prune(connection, endpointId, now - KEPT.toMillis());
    if (!stopped.isEmpty()) {
      LOG.warnf(
          "Endpoint %s: %d losses of access at once look like an accident and are held until"
              + " somebody releases or discards them: %s",
          endpointId,
          stopped.size(),
          stopped.stream().map(loss -> loss.cause().name()).distinct().sorted().toList());
    }
  }

  /** These are as they should be by now: what was to be lost is not any more. */
  public void forget(Connection connection, Collection<Key> keys) throws SQLException {
    if (keys.isEmpty()) {
      return;
    }
    List<Judged> past =
        known(connection, keys).values().stream()
            .filter(one -> keys.contains(one.loss().key()))
            .filter(one -> one.state() != State.DONE)
            .toList();
    List<Loss> held =
        past.stream().filter(one -> one.state() == State.HELD).map(Judged::loss).toList();
    stores.losses().delete(connection, endpointId, keys(losses(past)));
    marks.insert(connection, memberships.of(connection, held));
    // Marks of their names and members came to nothing as long as they were held.
    marks.insert(
        connection, held.stream().filter(one -> one.key().type() == ResourceType.GROUP).toList());
  }

  /** The receiver has accepted these. */
  public void done(Connection connection, Collection<Key> keys) throws SQLException {
    stores.losses().done(connection, endpointId, keys);
  }

  /** The receiver no longer has these, whoever removed them: they have nothing more to lose. */
  public void gone(Connection connection, Collection<Link> links) throws SQLException {
    for (ResourceType type : ResourceType.values()) {
      Set<String> ids =
          links.stream()
              .filter(link -> link.type() == type)
              .map(Link::resourceId)
              .collect(Collectors.toSet());
      stores.losses().gone(connection, endpointId, type, ids);
    }
  }

  private Map<Key, Judged> known(Connection connection, Collection<Key> keys) throws SQLException {
    Map<Key, Judged> known = new HashMap<>();
    for (ResourceType type : ResourceType.values()) {
      Set<String> ids =
          keys.stream().filter(key -> key.type() == type).map(Key::id).collect(Collectors.toSet());
      known.putAll(stores.losses().of(connection, endpointId, type, ids));
    }
    return known;
  }

  private static List<Loss> losses(Collection<Judged> judged) {
    return judged.stream().map(Judged::loss).toList();
  }

  private static Set<Key> keys(Collection<Loss> losses) {
    return losses.stream().map(Loss::key).collect(Collectors.toSet());
  }

  /** Sends what is held; answers how many losses that is. */
  public int release(Connection connection) throws SQLException {
    List<Loss> held = heldNow(connection);
    List<Loss> with = memberships.of(connection, held);
    stores.losses().release(connection, endpointId, keys(held));
    stores.losses().delete(connection, endpointId, keys(with));
    stores.losses().insert(connection, endpointId, State.RELEASED, with);
    marks.insert(connection, held);
    marks.insert(connection, with);
    return held.size();
  }

  /** Forgets what is held, and looks at it as Keycloak has it now; answers how many that is. */
  public int discard(Connection connection) throws SQLException {
    List<Loss> held = heldNow(connection);
    marks.insert(connection, held);
    marks.insert(connection, memberships.of(connection, held));
    stores.losses().delete(connection, endpointId, keys(held));
    unblock(connection, keys(held));
    return held.size();
  }

  private List<Loss> heldNow(Connection connection) throws SQLException {
    stores.endpoints().lock(connection, endpointId);
    return losses(stores.losses().held(connection, endpointId).values());
  }

  /** Who waits for the name of one of these looks who has it now. */
  private void unblock(Connection connection, Set<Key> keys) throws SQLException {
    Set<String> people =
        keys.stream()
            .filter(key -> key.type() == ResourceType.USER && !key.isMembership())
            .map(Key::id)
            .collect(Collectors.toSet());
    stores
        .retries()
        .unblock(connection, endpointId, ResourceType.USER, people, System.currentTimeMillis());
  }
}
