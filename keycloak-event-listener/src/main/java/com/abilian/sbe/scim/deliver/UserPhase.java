package com.abilian.sbe.scim.deliver;

import com.abilian.sbe.scim.endpoint.Endpoint;
import com.abilian.sbe.scim.project.Projection;
import com.abilian.sbe.scim.project.ResourceType;
import com.abilian.sbe.scim.project.UserState;
import com.abilian.sbe.scim.store.Link;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jboss.logging.Logger;

/** The people of a pass: read as they are now, projected, and made into parcels. */
final class UserPhase {

  private static final Logger LOG = Logger.getLogger(UserPhase.class);

  private final List<Parcel> removals = new ArrayList<>();
  private final List<Parcel> pushes = new ArrayList<>();

  /** Stores what has to be known of each person's link before anything is sent. */
  static UserPhase load(
      Connection connection,
      Stores stores,
      Endpoint endpoint,
      ResourcePusher pusher,
      Map<String, Work> works,
      Set<String> settled)
      throws SQLException {
    UserPhase phase = new UserPhase();
    Map<String, UserState> people =
        stores
            .realms()
            .users(connection, endpoint.realmId(), works.keySet(), endpoint.mapping().attributes());
    Map<String, Link> links =
        stores.links().find(connection, endpoint.id(), ResourceType.USER, works.keySet());
    works.forEach(
        (id, work) -> {
          Link link = links.get(id);
          UserState person = people.get(id);
          if (link != null && link.isForeign()) {
            settled.addAll(work.marks());
          } else if (person != null) {
            phase.pushes.add(push(endpoint, pusher, work, link, person));
          } else if (link != null) {
            phase.removals.add(Parcel.removal(pusher, work, link));
          } else {
            settled.addAll(work.marks());
          }
        });
    Parcel.prepare(connection, stores, endpoint.id(), phase.pushes);
    return phase;
  }

  private static Parcel push(
      Endpoint endpoint, ResourcePusher pusher, Work work, Link link, UserState person) {
    try {
      return Parcel.push(pusher, work, link, Projection.user(person, endpoint.mapping()));
    } catch (RuntimeException bug) {
      LOG.errorf(bug, "Endpoint %s, USER %s cannot be projected", endpoint.id(), person.id());
      String reason = "cannot be projected: " + bug.getClass().getName();
      return Parcel.unfit(pusher, work, link, person, reason);
    }
  }

  /** Removals first: who is created may take the name of who was deleted. */
  List<Outcome> deliver(Courier courier) {
    List<Outcome> outcomes = new ArrayList<>(courier.deliver(removals));
    outcomes.addAll(courier.deliver(pushes));
    return outcomes;
  }
}
