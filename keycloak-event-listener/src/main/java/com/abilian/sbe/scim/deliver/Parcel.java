package com.abilian.sbe.scim.deliver;

import com.abilian.sbe.scim.client.EndpointFault;
import com.abilian.sbe.scim.client.ResourceFault;
import com.abilian.sbe.scim.project.ResourceType;
import com.abilian.sbe.scim.project.ScimResource;
import com.abilian.sbe.scim.project.UserState;
import com.abilian.sbe.scim.store.Link;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Collection;
import java.util.List;

/**
 * A piece of work with what it takes to carry it out.
 *
 * @param before the link as it was stored before; null where there was none
 * @param link the link as it has to be stored before the errand begins, so that whatever becomes of
 *     the errand, or of this server, nobody believes that the receiver has what it may not have
 * @param removal whether the resource is gone here: no change of it will ever come again
 * @param essential what is sent alone where the errand fails
 */
record Parcel(
    Work work, Link before, Link link, boolean removal, Errand errand, Essential essential) {

  /** One exchange with the receiver about one resource. */
  interface Errand {
    Outcome run() throws EndpointFault, ResourceFault, InterruptedException;
  }

  static Parcel removal(ResourcePusher pusher, Work work, Link link) {
    return new Parcel(
        work,
        link,
        link,
        true,
        () -> {
          pusher.remove(link);
          return Outcome.removed(work, link);
        },
        pusher.essentials().removal(link));
  }

  /**
   * @param before null where no create can have been sent yet
   */
  static Parcel push(ResourcePusher pusher, Work work, Link before, ScimResource wanted) {
    Link known = before == null ? Link.creating(wanted.type(), wanted.externalId()) : before;
    Link sent = known.holds(wanted) ? known : known.inDoubt();
    Essential essential =
        wanted.type() == ResourceType.USER
            ? pusher.essentials().active(before, wanted.active())
            : pusher.essentials().members(before, wanted.members());
    return new Parcel(
        work,
        before,
        sent,
        false,
        () -> Outcome.pushed(work, sent, pusher.push(wanted, known, before == null)),
        essential);
  }

  /** Of somebody who cannot be sent as they are: nobody else may have to wait for that. */
  static Parcel unfit(
      ResourcePusher pusher, Work work, Link before, UserState person, String reason) {
    Link known = before == null ? Link.creating(ResourceType.USER, person.id()) : before;
    return new Parcel(
        work,
        before,
        known,
        false,
        () -> {
          throw new ResourceFault(ResourceFault.Kind.REFUSED, null, reason);
        },
        pusher.essentials().active(before, person.enabled()));
  }

  /**
   * @param add remote ids
   * @param remove remote ids
   */
  static Parcel change(
      ResourcePusher pusher,
      Work work,
      Link before,
      ScimResource wanted,
      List<String> add,
      List<String> remove) {
    boolean idle = add.isEmpty() && remove.isEmpty() && before.isNamed(wanted);
    Link sent = idle ? before : before.inDoubt();
    return new Parcel(
        work,
        before,
        sent,
        false,
        () -> Outcome.pushed(work, sent, pusher.change(wanted, before, add, remove)),
        pusher.essentials().members(before, add, remove));
  }

  /** Stores the links of these parcels, where they differ from what is stored. */
  static void prepare(
      Connection connection, Stores stores, String endpointId, Collection<Parcel> parcels)
      throws SQLException {
    List<Link> links =
        parcels.stream()
            .filter(parcel -> !parcel.link.equals(parcel.before))
            .map(Parcel::link)
            .toList();
    stores.links().save(connection, endpointId, links);
  }
}
