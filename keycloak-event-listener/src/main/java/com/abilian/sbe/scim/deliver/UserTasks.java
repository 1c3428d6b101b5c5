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
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
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
    Map<String, String> names = new HashMap<>();
    if (!looked.isEmpty()) {
      read(connection, looked).forEach((id, user) -> names.put(id, name(user)));
    }
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
    return stores
        .realms()
        .users(connection, endpoint.realmId(), ids, endpoint.mapping().attributes());
  }

  /** Stores what has to be known of each user's link before anything is sent. */
  Deliveries load(
      Connection connection,
      Map<String, Task> asked,
      Set<String> members,
      Map<String, Look> looks,
      long now)
      throws SQLException {
    Map<String, Task> tasks = new LinkedHashMap<>(asked);
    members.forEach(id -> tasks.putIfAbsent(id, Task.UNMARKED));
    Map<String, UserState> users = read(connection, tasks.keySet());
    Map<String, Link> links =
        stores.links().find(connection, endpoint.id(), ResourceType.USER, tasks.keySet());
    boolean gone = !users.keySet().containsAll(links.keySet());
    boolean inGroups = gone && stores.links().any(connection, endpoint.id(), ResourceType.GROUP);
    Deliveries deliveries = new Deliveries(new ArrayList<>(), new ArrayList<>(), new HashSet<>());
    tasks.forEach(
        (id, task) -> {
          Link link = links.get(id);
          Subject subject = Subject.of(task, ResourceType.USER, id, link, looks.get(id), now);
          switch (Decision.onPresence(users.containsKey(id), link)) {
            case REMOVE -> deliveries.removals().add(Delivery.removal(pusher, subject, inGroups));
            case NOTHING, LEAVE -> deliveries.nothingToDo().addAll(task.marks());
            default -> deliveries.pushes().add(push(subject, users.get(id)));
          }
        });
    stores.links().save(connection, endpoint.id(), deliveries.linksInDoubt());
    return deliveries;
  }

  private Delivery push(Subject subject, UserState user) {
    try {
      return Delivery.push(pusher, subject, Projection.user(user, endpoint.mapping()));
    } catch (RuntimeException bug) {
      LOG.errorf(bug, "Endpoint %s, USER %s cannot be projected", endpoint.id(), user.id());
      String reason = "cannot be projected: " + bug.getClass().getName();
      return Delivery.unfit(pusher, subject, user.enabled(), reason);
    }
  }
}
