package com.abilian.sbe.scim.reconcile;

import com.abilian.sbe.scim.endpoint.Endpoint;
import com.abilian.sbe.scim.project.GroupTree;
import com.abilian.sbe.scim.project.Link;
import com.abilian.sbe.scim.project.Projection;
import com.abilian.sbe.scim.project.ResourceType;
import com.abilian.sbe.scim.project.ScimResource;
import com.abilian.sbe.scim.project.UserState;
import com.abilian.sbe.scim.store.Mark;
import com.abilian.sbe.scim.store.MarkKind;
import com.abilian.sbe.scim.store.Stores;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jboss.logging.Logger;

/**
 * Compares what Keycloak has with what was sent, by the database alone: pass after pass over all
 * people of a realm by their ids, then over its groups. Whatever differs is marked, so that changes
 * which raise no event are delivered as all others are. Nothing is sent where nothing differs.
 */
final class Comparison {

  private static final Logger LOG = Logger.getLogger(Comparison.class);

  private static final String CAUSE = "COMPARED";

  private final Stores stores;
  private final Endpoint endpoint;
  private final Findings findings = new Findings();

  /** Where the pass is: the last user whom it has compared. */
  private String after = "";

  private int people;
  private int size;
  private int held;

  Comparison(Stores stores, Endpoint endpoint) {
    this.stores = stores;
    this.endpoint = endpoint;
  }

  /** How many people the realm has, as the last pass counted or this one so far. */
  int size() {
    return Math.max(size, people);
  }

  /** The next page is the first one. */
  void restart() {
    after = "";
    people = 0;
    findings.restartPass();
  }

  /**
   * @param marked whether something was
   * @param last whether the pass is over
   */
  record Step(boolean marked, boolean last) {}

  private record Page(List<Difference> differences, int links, int people, String last) {}

  /** Compares the next page of people; after the last one the groups. */
  Step next() {
    Page page = stores.transactions().call(this::people);
    people += page.people();
    boolean marked = mark(findings.take(page.differences(), page.links()));
    if (page.last() != null) {
      after = page.last();
      return new Step(marked, false);
    }
    Page groups = stores.transactions().call(this::groups);
    marked |= mark(findings.take(groups.differences(), groups.links()));
    marked |= removals();
    size = people;
    after = "";
    people = 0;
    findings.endPass();
    return new Step(marked, true);
  }

  /** Compares these people now, wherever the pass is. Answers whether some were marked. */
  boolean members(Collection<String> userIds) {
    boolean marked = false;
    List<String> all = List.copyOf(userIds);
    for (int from = 0; from < all.size(); from += Pace.PAGE) {
      List<String> some = all.subList(from, Math.min(from + Pace.PAGE, all.size()));
      List<Difference> found =
          stores
              .transactions()
              .call(
                  c ->
                      differences(
                          c, some, stores.links().find(c, endpoint.id(), ResourceType.USER, some)));
      marked |= mark(findings.take(found, 0));
    }
    return marked;
  }

  private Page people(Connection connection) throws SQLException {
    List<String> ids =
        stores.realms().userIdsAfter(connection, endpoint.realmId(), after, Pace.PAGE);
    String last = ids.size() < Pace.PAGE ? null : ids.get(ids.size() - 1);
    Map<String, Link> links =
        stores.links().between(connection, endpoint.id(), ResourceType.USER, after, last);
    Set<String> all = new LinkedHashSet<>(ids);
    all.addAll(links.keySet());
    return new Page(differences(connection, all, links), links.size(), ids.size(), last);
  }

  private List<Difference> differences(
      Connection connection, Collection<String> ids, Map<String, Link> links) throws SQLException {
    Map<String, UserState> users =
        stores.realms().users(connection, endpoint.realmId(), ids, endpoint.mapping().attributes());
    List<Difference> found = new ArrayList<>();
    for (String id : ids) {
      add(found, difference(id, users.get(id), links.get(id)));
    }
    return worthTelling(connection, found);
  }

  private Difference difference(String id, UserState user, Link link) {
    try {
      ScimResource wanted = user == null ? null : Projection.user(user, endpoint.mapping());
      return Difference.of(ResourceType.USER, id, wanted, link);
    } catch (RuntimeException bug) {
      // The delivery says so, and sends what can be sent of such a person.
      return Difference.unfit(id, user.enabled(), link);
    }
  }

  private Page groups(Connection connection) throws SQLException {
    GroupTree tree = stores.realms().groups(connection, endpoint.realmId());
    Map<String, Link> links = stores.links().all(connection, endpoint.id(), ResourceType.GROUP);
    Set<String> all = new TreeSet<>(tree.ids());
    all.addAll(links.keySet());
    List<Difference> found = new ArrayList<>();
    for (String id : all) {
      ScimResource wanted =
          tree.contains(id) ? Projection.group(id, tree.path(id), List.of()) : null;
      add(found, Difference.of(ResourceType.GROUP, id, wanted, links.get(id)));
    }
    return new Page(worthTelling(connection, found), links.size(), 0, null);
  }

  private static void add(List<Difference> found, Difference difference) {
    if (difference != null) {
      found.add(difference);
    }
  }

  /**
   * Without those that wait already. While a full sync is under way, or much waits, it is only told
   * who loses access: all others will be looked at anyway.
   */
  private List<Difference> worthTelling(Connection connection, List<Difference> found)
      throws SQLException {
    if (found.isEmpty()) {
      return found;
    }
    boolean busy =
        !stores.marks().fullSyncs(connection, endpoint.id()).isEmpty()
            || stores.marks().backlog(connection, endpoint.id()).count() > Pace.PAGE;
    Set<String> waiting =
        stores
            .marks()
            .waiting(
                connection, endpoint.id(), found.stream().map(Difference::resourceId).toList());
    return found.stream()
        .filter(difference -> difference.ends() || !busy)
        .filter(difference -> !waiting.contains(difference.resourceId()))
        .toList();
  }

  /** Marks what is gone, unless it is too much. */
  private boolean removals() {
    List<Difference> gone = findings.gone();
    if (findings.mayRemove(gone.size())) {
      held = 0;
      findings.told(gone);
      return mark(gone);
    }
    if (held != gone.size()) {
      held = gone.size();
      LOG.warnf(
          "Endpoint %s: %d people and groups are gone from Keycloak though nothing told of it; they"
              + " stay at the receiver until the endpoint is disabled and enabled again",
          endpoint.id(), held);
    }
    return false;
  }

  private boolean mark(List<Difference> differences) {
    List<Mark> marks =
        differences.stream()
            .map(
                difference ->
                    Mark.of(
                        endpoint.realmId(),
                        endpoint.id(),
                        Mark.Priority.LIVE,
                        difference.type() == ResourceType.USER ? MarkKind.USER : MarkKind.GROUP,
                        difference.resourceId(),
                        null,
                        CAUSE))
            .toList();
    if (!marks.isEmpty()) {
      stores.transactions().change(endpoint.id(), c -> stores.marks().insert(c, marks));
    }
    return !marks.isEmpty();
  }
}
