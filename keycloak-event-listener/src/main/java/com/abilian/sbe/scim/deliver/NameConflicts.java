package com.abilian.sbe.scim.deliver;

import com.abilian.sbe.scim.client.EndpointFault;
import com.abilian.sbe.scim.client.ScimClient;
import com.abilian.sbe.scim.deliver.NameChains.Met;
import com.abilian.sbe.scim.endpoint.Endpoint;
import com.abilian.sbe.scim.project.Link;
import com.abilian.sbe.scim.project.ResourceType;
import com.abilian.sbe.scim.project.ScimResource;
import com.abilian.sbe.scim.store.Stores;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jboss.logging.Logger;

/**
 * Ends refusals that resources of one endpoint cause each other, as when they exchange names.
 *
 * <p>Where a resource is refused because another one holds its name, it waits for that one, and is
 * sent as soon as that one was. One that holds a name which is not its own any more, and waits in a
 * ring or is refused itself, is called by a temporary name once, and sent as it should be right
 * after. What is temporary is never stored as pushed: the link is due before the request, and stays
 * so, so that whatever happens in between, the right name follows.
 */
final class NameConflicts {

  private static final Logger LOG = Logger.getLogger(NameConflicts.class);

  /** No later question is begun: who was not asked about is tried again by itself. */
  private static final Duration PATIENCE = Duration.ofSeconds(2);

  private final Stores stores;
  private final Endpoint endpoint;
  private final NameHolders holders;
  private final ResourcePusher pusher;
  private final CircuitBreaker breaker;
  private final Clock clock;

  private final Yields yields = new Yields();

  NameConflicts(
      Stores stores,
      Endpoint endpoint,
      ScimClient client,
      ResourcePusher pusher,
      CircuitBreaker breaker,
      Clock clock) {
    this.stores = stores;
    this.endpoint = endpoint;
    this.holders = new NameHolders(client);
    this.pusher = pusher;
    this.breaker = breaker;
    this.clock = clock;
  }

  /** The same deliveries; those that yield change their name alone, to a temporary one. */
  Deliveries yielding(Deliveries deliveries) {
    return yields.isEmpty()
        ? deliveries
        : new Deliveries(
            deliveries.removals(),
            deliveries.pushes().stream().map(this::yielding).toList(),
            deliveries.nothingToDo(),
            deliveries.losses());
  }

  private Delivery yielding(Delivery delivery) {
    Link link = delivery.link();
    // Only what is stored as in doubt may be sent.
    if (delivery.request() == null || link.remoteId() == null || link.pushed().hash() != null) {
      return delivery;
    }
    Set<String> attributes = yields.next(ResourceKey.of(link));
    if (attributes == null) {
      return delivery;
    }
    Map<String, Object> values = UniqueNames.temporary(link.type(), link.resourceId(), attributes);
    return delivery.instead(
        () -> Outcome.pushed(delivery.task(), link, pusher.rename(link, values)));
  }

  /** To be called in the transaction that stores the outcomes, once their links are stored. */
  void record(Connection connection, List<Outcome> outcomes) throws SQLException {
    List<Outcome> attempted = outcomes.stream().filter(outcome -> !outcome.waits()).toList();
    long now = clock.millis();
    for (ResourceType type : ResourceType.values()) {
      stores
          .retries()
          .retryAt(connection, endpoint.id(), type, ids(attempted, type, yields::isGiven), now);
      stores
          .retries()
          .unblock(connection, endpoint.id(), type, ids(attempted, type, this::lets), now);
    }
  }

  private static Set<String> ids(
      List<Outcome> outcomes, ResourceType type, Predicate<Outcome> which) {
    return outcomes.stream()
        .filter(outcome -> outcome.before().type() == type)
        .filter(which)
        .map(outcome -> outcome.before().resourceId())
        .collect(Collectors.toSet());
  }

  /** Whether it may have let go of a name: not one that is new, or was not sent. */
  private boolean lets(Outcome outcome) {
    return outcome.isDelivered()
        && outcome.before().remoteId() != null
        && outcome.before().pushed().hash() == null;
  }

  /** To be called once the outcomes are stored: what did those meet that were refused? */
  void settle(List<Outcome> outcomes) {
    List<Outcome> attempted = outcomes.stream().filter(outcome -> !outcome.waits()).toList();
    Set<ResourceKey> renamed = yields.taken(attempted);
    Map<ResourceKey, Link> refused = new LinkedHashMap<>();
    outcomes.stream()
        .filter(outcome -> outcome.kind() == Outcome.Kind.FAILED)
        .map(Outcome::after)
        .filter(Link::isNameTaken)
        .forEach(link -> refused.put(ResourceKey.of(link), link));
    refused.keySet().removeAll(renamed);
    if (!refused.isEmpty() && !breaker.isTripped()) {
      settle(refused, attempted.stream().anyMatch(this::lets));
    }
  }

  private void settle(Map<ResourceKey, Link> refused, boolean freed) {
    Map<ResourceKey, List<Met>> met = new LinkedHashMap<>();
    WantedNames names = new WantedNames(stores, endpoint);
    NameMeetings meetings = new NameMeetings(stores, endpoint, holders, names, yields::hasGiven);
    long deadline = clock.millis() + PATIENCE.toMillis();
    try {
      for (ScimResource wanted : names.of(refused.keySet()).values()) {
        if (clock.millis() <= deadline) {
          ResourceKey key = new ResourceKey(wanted.type(), wanted.externalId());
          met.put(key, meetings.of(wanted, refused.get(key).attempts() > 1));
        }
      }
    } catch (EndpointFault fault) {
      breaker.fault(fault);
    } catch (InterruptedException stopping) {
      Thread.currentThread().interrupt();
    }
    Map<ResourceKey, Set<String>> next = NameChains.yielding(met, meetings::isStuck);
    store(met, next.keySet(), freed);
    yields.ask(next);
    met.forEach((key, some) -> report(refused.get(key), some));
  }

  /** A value that nobody was found to hold may just have been let go by another of this round. */
  private void store(Map<ResourceKey, List<Met>> met, Set<ResourceKey> yield, boolean freed) {
    long now = clock.millis();
    stores
        .transactions()
        .change(
            endpoint.id(),
            connection -> {
              for (Map.Entry<ResourceKey, List<Met>> one : met.entrySet()) {
                block(connection, one.getKey(), one.getValue());
                if (one.getValue().isEmpty() && freed) {
                  dueNow(connection, one.getKey(), now);
                }
              }
              for (ResourceKey key : yield) {
                dueNow(connection, key, now);
              }
              unsettle(connection, yield);
            });
  }

  /** Who has left the scope is sent no name of their own: once more, to let go of this one. */
  private void unsettle(Connection connection, Set<ResourceKey> yield) throws SQLException {
    Set<String> ids = yield.stream().map(ResourceKey::id).collect(Collectors.toSet());
    stores
        .links()
        .save(
            connection,
            endpoint.id(),
            stores.links().find(connection, endpoint.id(), ResourceType.USER, ids).values().stream()
                .filter(Link::hasLeft)
                .map(Link::stale)
                .toList());
  }

  /** Of those that were met, one that is to let go comes first. */
  private void block(Connection connection, ResourceKey refused, List<Met> met)
      throws SQLException {
    String holder =
        met.stream()
            .sorted((a, b) -> Boolean.compare(b.stale(), a.stale()))
            .map(found -> found.holder().id())
            .findFirst()
            .orElse(null);
    stores.retries().block(connection, endpoint.id(), refused.type(), refused.id(), holder);
  }

  private void dueNow(Connection connection, ResourceKey key, long now) throws SQLException {
    stores.retries().retryAt(connection, endpoint.id(), key.type(), Set.of(key.id()), now);
  }

  private void report(Link refused, List<Met> met) {
    if (refused.attempts() == 1 && !met.isEmpty() && met.stream().noneMatch(Met::stale)) {
      LOG.warnf(
          "Endpoint %s, %s: %s has the same name or address, or one that differs in case or blanks",
          endpoint.id(), refused.name(), met.get(0).holder());
    }
  }
}
