package com.abilian.sbe.scim.deliver;

import com.abilian.sbe.scim.client.EndpointFault;
import com.abilian.sbe.scim.client.ResourceFault;
import com.abilian.sbe.scim.project.Decision;
import com.abilian.sbe.scim.project.Link;
import com.abilian.sbe.scim.project.ResourceType;
import com.abilian.sbe.scim.project.ScimResource;
import com.abilian.sbe.scim.project.UserState;
import java.util.List;

/**
 * A task with what it takes to carry it out.
 *
 * @param before the link as it was stored before; null where there was none
 * @param link the link as it has to be stored before the request is sent, so that whatever becomes
 *     of the request, or of this server, nobody believes that the receiver has what it may not have
 * @param removal whether Keycloak no longer has the resource: no change of it will ever come again
 * @param access what is sent alone where the request fails
 */
record Delivery(
    Task task, Link before, Link link, boolean removal, Request request, AccessUpdate access) {

  /** One exchange with the receiver about one resource. */
  interface Request {
    Outcome run() throws EndpointFault, ResourceFault, InterruptedException;
  }

  /** Of a user who is in no group at the receiver, or of a group. */
  static Delivery removal(ResourcePusher pusher, Task task, Link link) {
    return removal(pusher, task, link, pusher::remove);
  }

  /** Of a user who may be a member of groups. */
  static Delivery memberRemoval(ResourcePusher pusher, Task task, Link link) {
    return removal(pusher, task, link, pusher::removeMember);
  }

  private interface Removal {
    void of(Link link) throws EndpointFault, ResourceFault, InterruptedException;
  }

  private static Delivery removal(ResourcePusher pusher, Task task, Link link, Removal removal) {
    // A person who is imported again with the same id would else be taken for one who never went.
    Link sent = link.inDoubt();
    return new Delivery(
        task,
        link,
        sent,
        true,
        () -> {
          removal.of(link);
          return Outcome.removed(task, sent);
        },
        pusher.access().removal(link));
  }

  /**
   * A whole resource.
   *
   * @param before null where no create can have been sent yet
   */
  static Delivery push(ResourcePusher pusher, Task task, Link before, ScimResource wanted) {
    AccessUpdate access = pusher.access().of(before, wanted);
    if (Decision.onState(wanted, before) == Decision.KEEP) {
      return keep(task, before, access);
    }
    Link known = known(before, wanted.type(), wanted.externalId());
    Link sent = known.inDoubt();
    return new Delivery(
        task,
        before,
        sent,
        false,
        () -> Outcome.pushed(task, sent, pusher.push(wanted, known, before == null)),
        access);
  }

  /** A user who cannot be sent: nobody else may have to wait for that. */
  static Delivery unfit(
      ResourcePusher pusher, Task task, Link before, UserState user, String reason) {
    return new Delivery(
        task,
        before,
        known(before, ResourceType.USER, user.id()),
        false,
        () -> {
          throw new ResourceFault(ResourceFault.Kind.REFUSED, null, reason);
        },
        pusher.access().active(before, user.enabled()));
  }

  /**
   * Changes of a group that the receiver has.
   *
   * @param wanted without its members
   * @param add remote ids
   * @param remove remote ids
   */
  static Delivery changes(
      ResourcePusher pusher,
      Task task,
      Link before,
      ScimResource wanted,
      List<String> add,
      List<String> remove) {
    AccessUpdate access = pusher.access().members(before, add, remove);
    boolean memberships = !add.isEmpty() || !remove.isEmpty();
    if (Decision.onChanges(wanted, before, memberships) == Decision.KEEP) {
      return keep(task, before, access);
    }
    Link sent = before.inDoubt();
    return new Delivery(
        task,
        before,
        sent,
        false,
        () -> Outcome.pushed(task, sent, pusher.change(wanted, before, add, remove)),
        access);
  }

  /** Nothing is sent, and what failed before is forgotten. */
  private static Delivery keep(Task task, Link link, AccessUpdate access) {
    return new Delivery(
        task, link, link, false, () -> Outcome.pushed(task, link, link.unchanged()), access);
  }

  private static Link known(Link before, ResourceType type, String id) {
    return before == null ? Link.creating(type, id) : before;
  }
}
