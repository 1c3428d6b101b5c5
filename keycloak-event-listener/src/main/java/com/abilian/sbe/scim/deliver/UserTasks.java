package com.abilian.sbe.scim.deliver;

import com.abilian.sbe.scim.endpoint.Endpoint;
import com.abilian.sbe.scim.project.Decision;
import com.abilian.sbe.scim.project.Link;
import com.abilian.sbe.scim.project.Projection;
import com.abilian.sbe.scim.project.ResourceType;
import com.abilian.sbe.scim.project.UserState;
import com.abilian.sbe.scim.store.Stores;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jboss.logging.Logger;

/** The users of a round: read as they are now, projected, and made into deliveries. */
final class UserTasks {

  private static final Logger LOG = Logger.getLogger(UserTasks.class);

  private final Stores stores;
  private final Endpoint endpoint;
  private final ResourcePusher pusher;

  UserTasks(Stores stores, Endpoint endpoint, ResourcePusher pusher) {
    this.stores = stores;
    this.endpoint = endpoint;
    this.pusher = pusher;
  }

  /**
   * Stores what has to be known of each user's link before anything is sent.
   *
   * @param members users without a task who have to be sent before their groups
   */
  Deliveries load(Connection connection, Map<String, Task> asked, Set<String> members)
      throws SQLException {
    Map<String, Task> tasks = new LinkedHashMap<>(asked);
    members.forEach(id -> tasks.putIfAbsent(id, Task.UNMARKED));
    Map<String, UserState> users =
        stores
            .realms()
            .users(connection, endpoint.realmId(), tasks.keySet(), endpoint.mapping().attributes());
    Map<String, Link> links =
        stores.links().find(connection, endpoint.id(), ResourceType.USER, tasks.keySet());
    boolean gone = !users.keySet().containsAll(links.keySet());
    boolean inGroups = gone && stores.links().any(connection, endpoint.id(), ResourceType.GROUP);
    Deliveries deliveries = deliveries(tasks, users, links, inGroups);
    stores.links().save(connection, endpoint.id(), deliveries.linksInDoubt());
    return deliveries;
  }

  private Deliveries deliveries(
      Map<String, Task> tasks,
      Map<String, UserState> users,
      Map<String, Link> links,
      boolean inGroups) {
    Deliveries deliveries = new Deliveries(new ArrayList<>(), new ArrayList<>(), new HashSet<>());
    tasks.forEach(
        (id, task) -> {
          Link link = links.get(id);
          switch (Decision.onPresence(users.containsKey(id), link)) {
            case REMOVE ->
                deliveries
                    .removals()
                    .add(
                        inGroups
                            ? Delivery.memberRemoval(pusher, task, link)
                            : Delivery.removal(pusher, task, link));
            case NOTHING, LEAVE -> deliveries.nothingToDo().addAll(task.marks());
            default -> deliveries.pushes().add(push(task, link, users.get(id)));
          }
        });
    return deliveries;
  }

  private Delivery push(Task task, Link link, UserState user) {
    try {
      return Delivery.push(pusher, task, link, Projection.user(user, endpoint.mapping()));
    } catch (RuntimeException bug) {
      LOG.errorf(bug, "Endpoint %s, USER %s cannot be projected", endpoint.id(), user.id());
      String reason = "cannot be projected: " + bug.getClass().getName();
      return Delivery.unfit(pusher, task, link, user, reason);
    }
  }
}
