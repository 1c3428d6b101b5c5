package com.abilian.sbe.scim.reconcile;

import com.abilian.sbe.scim.endpoint.Endpoint;
import com.abilian.sbe.scim.project.Loss;
import com.abilian.sbe.scim.project.LossCause;
import com.abilian.sbe.scim.project.ResourceType;
import com.abilian.sbe.scim.store.Mark;
import com.abilian.sbe.scim.store.MarkKind;
import com.abilian.sbe.scim.store.Stores;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;

/**
 * Turns "everything may differ" into marks: first for resources that are gone, whose names may be
 * taken again, then for users, then for groups. One page per transaction: the REALM mark is
 * replaced by one for the place where the page ends, so that a full sync goes on after a restart
 * and live changes overtake it.
 *
 * <p>An endpoint has one full sync under way at a time; all that are asked for meanwhile become one
 * more.
 */
public final class FullSync {

  private static final int PAGE = 2000;

  private final Stores stores;
  private final Endpoint endpoint;

  public FullSync(Stores stores, Endpoint endpoint) {
    this.stores = stores;
    this.endpoint = endpoint;
  }

  /** Asks for a full sync, unless one that has not begun is already planned. */
  public void plan(Connection connection, String cause) throws SQLException {
    boolean planned =
        stores.marks().fullSyncs(connection, endpoint.id()).stream()
            .anyMatch(sync -> sync.resourceId().isEmpty());
    if (!planned) {
      stores.marks().insert(connection, List.of(mark(MarkKind.REALM, "", cause)));
    }
  }

  /**
   * Marks the next page of the full sync that has come furthest, once its mark is among {@code
   * read}: by then all that it marked before was attempted.
   */
  public void step(Connection connection, Collection<Mark> read) throws SQLException {
    NavigableMap<String, Mark> syncs = new TreeMap<>();
    List<String> done = new ArrayList<>();
    for (Mark sync : stores.marks().fullSyncs(connection, endpoint.id())) {
      Mark same = syncs.put(sync.resourceId(), sync);
      if (same != null) {
        done.add(same.id());
      }
    }
    if (!syncs.isEmpty() && read.contains(syncs.lastEntry().getValue())) {
      Mark sync = syncs.lastEntry().getValue();
      stores.marks().insert(connection, page(connection, sync.resourceId(), sync.cause()));
      done.add(sync.id());
    }
    stores.marks().delete(connection, done);
  }

  private List<Mark> page(Connection connection, String after, String cause) throws SQLException {
    List<Mark> marks = new ArrayList<>();
    if (after.isEmpty()) {
      marks.addAll(marks(MarkKind.USER, orphans(connection, ResourceType.USER), cause));
      marks.addAll(marks(MarkKind.GROUP, orphans(connection, ResourceType.GROUP), cause));
    }
    List<String> page = stores.realms().userIdsAfter(connection, endpoint.realmId(), after, PAGE);
    marks.addAll(marks(MarkKind.USER, concerned(connection, page), cause));
    if (page.size() < PAGE) {
      Collection<String> groups = stores.realms().groups(connection, endpoint.realmId()).ids();
      marks.addAll(marks(MarkKind.GROUP, groups, cause));
      // What the receiver has beside that, its own list tells.
      stores.runs().plan(connection, endpoint.id(), endpoint.realmId(), cause);
    } else {
      marks.add(mark(MarkKind.REALM, page.get(page.size() - 1), cause));
    }
    return marks;
  }

  /** Those of these people who are in scope, or were sent once. */
  private List<String> concerned(Connection connection, List<String> page) throws SQLException {
    if (endpoint.scope().holdsEverybody()) {
      return page;
    }
    Set<String> concerned =
        stores.scopes().among(connection, endpoint.realmId(), endpoint.scope(), page);
    concerned.addAll(
        stores.links().find(connection, endpoint.id(), ResourceType.USER, page).keySet());
    return page.stream().filter(concerned::contains).toList();
  }

  /** Those who are gone, without whom the safety valve holds: all of them are judged at once. */
  private List<String> orphans(Connection connection, ResourceType type) throws SQLException {
    List<String> gone = stores.realms().orphans(connection, endpoint.id(), type);
    long now = System.currentTimeMillis();
    List<Loss> losses =
        stores.links().find(connection, endpoint.id(), type, gone).values().stream()
            .filter(link -> link.remoteId() != null)
            .map(link -> Loss.Key.of(type, link.resourceId()))
            .map(key -> new Loss(key, LossCause.FULL_SYNC, now))
            .toList();
    Set<Loss.Key> held = Valve.of(stores, endpoint).held(connection, losses, now);
    return gone.stream().filter(id -> !held.contains(Loss.Key.of(type, id))).toList();
  }

  private List<Mark> marks(MarkKind kind, Collection<String> ids, String cause) {
    return ids.stream().map(id -> mark(kind, id, cause)).toList();
  }

  private Mark mark(MarkKind kind, String id, String cause) {
    return Mark.of(
        endpoint.realmId(), endpoint.id(), Mark.Priority.FULL_SYNC, kind, id, null, cause);
  }
}
