package com.abilian.sbe.scim.deliver;

import com.abilian.sbe.scim.client.EndpointFault;
import com.abilian.sbe.scim.client.ResourceFault;
import com.abilian.sbe.scim.project.ResourceType;
import com.abilian.sbe.scim.project.ScimResource;
import com.abilian.sbe.scim.project.UserState;
import com.abilian.sbe.scim.store.Link;
import com.abilian.sbe.scim.store.Stores;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Collection;
import java.util.List;

/**
 * A piece of work with what it takes to carry it out.
 *
 * @param before the link as it was stored before; null where there was none
 * @param link the link as it has to be stored before the request begins, so that whatever becomes
 *     of the request, or of this server, nobody believes that the receiver has what it may not have
 * @param removal whether the resource is gone here: no change of it will ever come again
 * @param access what is sent alone where the request fails
 */
record Delivery(
    Task task, Link before, Link link, boolean removal, Request request, AccessUpdate access) {

  /** One exchange with the receiver about one resource. */
  interface Request {
    Outcome run() throws EndpointFault, ResourceFault, InterruptedException;
  }

  static Delivery removal(ResourcePusher pusher, Task task, Link link) {
    return new Delivery(
        task,
        link,
        link,
        true,
        () -> {
          pusher.remove(link);
          return Outcome.removed(task, link);
        },
        pusher.access().removal(link));
  }

  /**
   * @param before null where no create can have been sent yet
   */
  static Delivery push(ResourcePusher pusher, Task task, Link before, ScimResource wanted) {
    Link known = before == null ? Link.creating(wanted.type(), wanted.externalId()) : before;
    Link sent = known.holds(wanted) ? known : known.inDoubt();
    AccessUpdate access =
        wanted.type() == ResourceType.USER
            ? pusher.access().active(before, wanted.active())
            : pusher.access().members(before, wanted.members());
    return new Delivery(
        task,
        before,
        sent,
        false,
        () -> Outcome.pushed(task, sent, pusher.push(wanted, known, before == null)),
        access);
  }

  /** Of somebody who cannot be sent as they are: nobody else may have to wait for that. */
  static Delivery unfit(
      ResourcePusher pusher, Task task, Link before, UserState person, String reason) {
    Link known = before == null ? Link.creating(ResourceType.USER, person.id()) : before;
    return new Delivery(
        task,
        before,
        known,
        false,
        () -> {
          throw new ResourceFault(ResourceFault.Kind.REFUSED, null, reason);
        },
        pusher.access().active(before, person.enabled()));
  }

  /**
   * @param add remote ids
   * @param remove remote ids
   */
  static Delivery change(
      ResourcePusher pusher,
      Task task,
      Link before,
      ScimResource wanted,
      List<String> add,
      List<String> remove) {
    boolean idle = add.isEmpty() && remove.isEmpty() && before.isNamed(wanted);
    Link sent = idle ? before : before.inDoubt();
    return new Delivery(
        task,
        before,
        sent,
        false,
        () -> Outcome.pushed(task, sent, pusher.change(wanted, before, add, remove)),
        pusher.access().members(before, add, remove));
  }

  /** Stores the links of these deliveries, where they differ from what is stored. */
  static void prepare(
      Connection connection, Stores stores, String endpointId, Collection<Delivery> deliveries)
      throws SQLException {
    List<Link> links =
        deliveries.stream()
            .filter(delivery -> !delivery.link.equals(delivery.before))
            .map(Delivery::link)
            .toList();
    stores.links().save(connection, endpointId, links);
  }
}
