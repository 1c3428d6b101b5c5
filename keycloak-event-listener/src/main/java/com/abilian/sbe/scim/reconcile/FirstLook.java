package com.abilian.sbe.scim.reconcile;

import com.abilian.sbe.scim.client.EndpointFault;
import com.abilian.sbe.scim.client.ResourceFault;
import com.abilian.sbe.scim.client.ScimAnswer;
import com.abilian.sbe.scim.client.ScimClient;
import com.abilian.sbe.scim.endpoint.Endpoint;
import com.abilian.sbe.scim.project.Link;
import com.abilian.sbe.scim.project.Link.Remote;
import com.abilian.sbe.scim.project.Loss;
import com.abilian.sbe.scim.project.LossCause;
import com.abilian.sbe.scim.project.ResourceType;
import com.abilian.sbe.scim.project.SafetyValve;
import com.abilian.sbe.scim.project.UserNeeds;
import com.abilian.sbe.scim.store.DirectoryPeople.Origin;
import com.abilian.sbe.scim.store.Mark;
import com.abilian.sbe.scim.store.Stores;
import com.fasterxml.jackson.databind.JsonNode;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jboss.logging.Logger;

/**
 * Reads the receiver's list of people before a full sync sends anybody for the first time. Where it
 * has many of the realm's people under ids that the realm does not have, a realm or a directory was
 * exchanged: those ids are losses that the safety valve holds, and nothing is sent of whoever has
 * their names.
 */
public final class FirstLook {

  private static final Logger LOG = Logger.getLogger(FirstLook.class);

  /** Resources of one page, as of a run. */
  private static final int PAGE = 500;

  private final Stores stores;
  private final Endpoint endpoint;
  private final ScimClient client;
  private final Clock clock;
  private final Residents residents;
  private final Valve valve;

  /** Ids at the receiver, by the ids under which it has people whose names are others' by now. */
  private final Map<String, String> others = new HashMap<>();

  /** The full sync that this is about, or was; null before the first. */
  private String sync;

  private boolean done;
  private int first;

  public FirstLook(Stores stores, Endpoint endpoint, ScimClient client, Clock clock) {
    this.stores = stores;
    this.endpoint = endpoint;
    this.client = client;
    this.clock = clock;
    this.residents = new Residents(stores, endpoint);
    this.valve = Valve.of(stores, endpoint);
  }

  /**
   * Reads the next page, where a full sync has not begun.
   *
   * @return whether there is more to read, and nothing may be delivered before
   */
  public boolean step() throws EndpointFault, InterruptedException {
    String waiting = waiting();
    if (waiting == null || done && waiting.equals(sync)) {
      return false;
    }
    if (!waiting.equals(sync)) {
      begin(waiting);
    }
    try {
      done = done || isOver();
    } catch (ResourceFault untold) {
      // The receiver refuses them one by one then.
      LOG.warnf("Endpoint %s: whom the receiver has is not known: %s", endpoint.id(), untold);
      done = true;
    }
    if (done && !others.isEmpty()) {
      stores.transactions().change(endpoint.id(), this::judge);
      others.clear();
    }
    return !done;
  }

  /** A full sync that has marked nobody yet; null where there is none. */
  private String waiting() {
    return stores.transactions().call(c -> stores.marks().fullSyncs(c, endpoint.id())).stream()
        .filter(mark -> mark.resourceId().isEmpty())
        .map(Mark::id)
        .findFirst()
        .orElse(null);
  }

  /** Of a few the valve would hold nobody; other receivers may show everybody's people. */
  private void begin(String waiting) throws EndpointFault, InterruptedException {
    int enough = SafetyValve.FEW + 1;
    int unsent =
        stores
            .transactions()
            .call(c -> stores.realms().unsent(c, endpoint.realmId(), endpoint.id(), enough))
            .size();
    done = unsent < enough || client.standing() == null;
    first = 1;
    others.clear();
    sync = waiting;
  }

  private boolean isOver() throws EndpointFault, ResourceFault, InterruptedException {
    JsonNode answer = client.all(ResourceType.USER, "externalId,userName", first, PAGE);
    JsonNode page = answer.path("Resources");
    Map<String, JsonNode> named = new TreeMap<>();
    for (JsonNode one : page) {
      if (ScimAnswer.id(one) != null && !externalId(one).isEmpty()) {
        named.put(one.path("userName").asText("").toLowerCase(Locale.ROOT), one);
      }
    }
    stores.transactions().run(connection -> take(connection, named));
    first += page.size();
    return page.isEmpty() || first > answer.path("totalResults").asLong();
  }

  private static String externalId(JsonNode resource) {
    return resource.path("externalId").asText("");
  }

  /** Keeps those whose names are of people who were never sent. */
  private void take(Connection connection, Map<String, JsonNode> named) throws SQLException {
    Map<String, String> people =
        stores.realms().userIds(connection, endpoint.realmId(), named.keySet());
    people.entrySet().removeIf(one -> one.getValue().equals(externalId(named.get(one.getKey()))));
    if (people.isEmpty()) {
      return;
    }
    Set<String> inScope = residents.among(connection, ResourceType.USER, people.values());
    Map<String, Link> sent =
        stores.links().find(connection, endpoint.id(), ResourceType.USER, people.values());
    people
        .values()
        .removeIf(
            id -> !inScope.contains(id) || sent.containsKey(id) && sent.get(id).remoteId() != null);
    Map<String, String> found = new HashMap<>();
    people
        .keySet()
        .forEach(name -> found.put(externalId(named.get(name)), ScimAnswer.id(named.get(name))));
    found.keySet().removeAll(explained(connection, found.keySet()));
    others.putAll(found);
  }

  /** Those whom Keycloak has, under another name, or has again from the same directory. */
  private Set<String> explained(Connection connection, Collection<String> ids) throws SQLException {
    Set<String> found =
        new HashSet<>(
            stores.realms().users(connection, endpoint.realmId(), ids, UserNeeds.NONE).keySet());
    Collection<Origin> origins = stores.directoryPeople().remembered(connection, ids).values();
    Set<String> entries = origins.stream().map(Origin::directoryId).collect(Collectors.toSet());
    Set<String> again =
        stores.directoryPeople().present(connection, endpoint.realmId(), entries).stream()
            .map(Origin::directoryId)
            .collect(Collectors.toSet());
    Map<String, Link> links =
        stores.links().find(connection, endpoint.id(), ResourceType.USER, ids);
    origins.stream()
        .filter(one -> again.contains(one.directoryId()) && links.containsKey(one.userId()))
        .forEach(one -> found.add(one.userId()));
    return found;
  }

  private void judge(Connection connection) throws SQLException {
    long now = clock.millis();
    List<Loss> losses =
        others.keySet().stream()
            .map(id -> new Loss(Loss.Key.of(ResourceType.USER, id), LossCause.OTHER_ID, now))
            .toList();
    if (valve.wouldHold(connection, losses) == 0) {
      return;
    }
    valve.held(connection, losses, now);
    Set<String> linked =
        stores.links().find(connection, endpoint.id(), ResourceType.USER, others.keySet()).keySet();
    stores
        .links()
        .save(
            connection,
            endpoint.id(),
            others.entrySet().stream()
                .filter(one -> !linked.contains(one.getKey()))
                .map(
                    one ->
                        Link.creating(ResourceType.USER, one.getKey())
                            .foundAt(new Remote(one.getValue(), null))
                            .stale())
                .toList());
  }
}
