package com.abilian.sbe.scim.reconcile;

import com.abilian.sbe.scim.endpoint.Endpoint;
import com.abilian.sbe.scim.store.Stores;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Collection;
import java.util.List;

/**
 * Compares what Keycloak has with what was sent, by the database alone: pass after pass over all
 * people of a realm by their ids, with their memberships, then over its groups. Whatever differs is
 * marked, so that changes which raise no event are delivered as all others are. Nothing is sent
 * where nothing differs.
 */
final class Comparison {

  private final Stores stores;
  private final Endpoint endpoint;
  private final LocalWalk<Difference> walk;
  private final MemberDifferences members;
  private final DifferenceMarks marks;
  private final HeldLosses held;
  private final Findings findings = new Findings();

  /** Where the pass is: the last user whom it has compared. */
  private String after = "";

  private int people;
  private int size;

  Comparison(Stores stores, Endpoint endpoint) {
    this.stores = stores;
    this.endpoint = endpoint;
    this.walk = new LocalWalk<>(stores, endpoint, Difference.JUDGE);
    this.members = new MemberDifferences(stores, endpoint);
    this.marks = new DifferenceMarks(stores, endpoint);
    this.held = new HeldLosses(stores, endpoint, walk);
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

  /** Compares the next page of people; after the last one the groups. */
  Step next() {
    LocalWalk.Page<Difference> page = stores.transactions().call(this::people);
    people += page.people().size();
    boolean marked = tell(page.found());
    if (page.last() != null) {
      after = page.last();
      return new Step(marked, false);
    }
    LocalWalk.Page<Difference> groups = stores.transactions().call(walk::groups);
    marked |= tell(groups.found());
    marked |= removals();
    held.forget();
    size = people;
    after = "";
    people = 0;
    findings.endPass();
    return new Step(marked, true);
  }

  /** With their memberships. */
  private LocalWalk.Page<Difference> people(Connection connection) throws SQLException {
    LocalWalk.Page<Difference> page = walk.people(connection, after);
    page.found().addAll(members.of(connection, page.people(), page.links()));
    return page;
  }

  /** Compares these people now, wherever the pass is. Answers whether some were marked. */
  boolean members(Collection<String> userIds) {
    boolean marked = false;
    List<String> all = List.copyOf(userIds);
    for (int from = 0; from < all.size(); from += Pace.PAGE) {
      List<String> some = all.subList(from, Math.min(from + Pace.PAGE, all.size()));
      List<Difference> found = stores.transactions().call(c -> walk.people(c, some));
      marked |= tell(found);
    }
    return marked;
  }

  /** Marks those that are new; answers whether there are some. */
  private boolean tell(List<Difference> found) {
    List<Difference> worthTelling = stores.transactions().call(c -> marks.worthTelling(c, found));
    return marks.write(findings.take(worthTelling));
  }

  /** Marks what is gone, unless it is held. */
  private boolean removals() {
    List<Difference> gone = findings.gone();
    List<Difference> passed =
        gone.isEmpty()
            ? gone
            : stores.transactions().changing(endpoint.id(), c -> held.without(c, gone));
    findings.told(gone);
    return marks.write(passed);
  }
}
