package com.abilian.sbe.scim.deliver;

import com.abilian.sbe.scim.endpoint.Endpoint;
import com.abilian.sbe.scim.project.Projection;
import com.abilian.sbe.scim.project.ResourceType;
import com.abilian.sbe.scim.project.UserState;
import com.abilian.sbe.scim.store.Link;
import com.abilian.sbe.scim.store.Stores;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jboss.logging.Logger;

/** The people of a round: read as they are now, projected, and made into deliveries. */
final class UserTasks {

  private static final Logger LOG = Logger.getLogger(UserTasks.class);

  private final List<Delivery> removals = new ArrayList<>();
  private final List<Delivery> pushes = new ArrayList<>();

  /** Stores what has to be known of each person's link before anything is sent. */
  static UserTasks load(
      Connection connection,
      Stores stores,
      Endpoint endpoint,
      ResourcePusher pusher,
      Map<String, Task> tasks,
      Set<String> nothingToDo)
      throws SQLException {
    UserTasks phase = new UserTasks();
    Map<String, UserState> people =
        stores
            .realms()
            .users(connection, endpoint.realmId(), tasks.keySet(), endpoint.mapping().attributes());
    Map<String, Link> links =
        stores.links().find(connection, endpoint.id(), ResourceType.USER, tasks.keySet());
    tasks.forEach(
        (id, task) -> {
          Link link = links.get(id);
          UserState person = people.get(id);
          if (link != null && link.isForeign()) {
            nothingToDo.addAll(task.marks());
          } else if (person != null) {
            phase.pushes.add(push(endpoint, pusher, task, link, person));
          } else if (link != null) {
            phase.removals.add(Delivery.removal(pusher, task, link));
          } else {
            nothingToDo.addAll(task.marks());
          }
        });
    Delivery.prepare(connection, stores, endpoint.id(), phase.pushes);
    return phase;
  }

  private static Delivery push(
      Endpoint endpoint, ResourcePusher pusher, Task task, Link link, UserState person) {
    try {
      return Delivery.push(pusher, task, link, Projection.user(person, endpoint.mapping()));
    } catch (RuntimeException bug) {
      LOG.errorf(bug, "Endpoint %s, USER %s cannot be projected", endpoint.id(), person.id());
      String reason = "cannot be projected: " + bug.getClass().getName();
      return Delivery.unfit(pusher, task, link, person, reason);
    }
  }

  /** Removals first: who is created may take the name of who was deleted. */
  List<Outcome> deliver(Sender sender) {
    List<Outcome> outcomes = new ArrayList<>(sender.deliver(removals));
    outcomes.addAll(sender.deliver(pushes));
    return outcomes;
  }
}
