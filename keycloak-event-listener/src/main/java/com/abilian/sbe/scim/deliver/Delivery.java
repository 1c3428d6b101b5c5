package com.abilian.sbe.scim.deliver;

import com.abilian.sbe.scim.client.EndpointFault;
import com.abilian.sbe.scim.client.ResourceFault;
import com.abilian.sbe.scim.project.Decision;
import com.abilian.sbe.scim.project.Link;
import com.abilian.sbe.scim.project.Projection;
import com.abilian.sbe.scim.project.ResourceType;
import com.abilian.sbe.scim.project.ScimResource;
import java.util.List;
import java.util.Set;

/**
 * A task with what it takes to carry it out.
 *
 * @param before the link as it was stored before; null where there was none
 * @param link the link as it has to be stored before the request is sent, so that whatever becomes
 *     of the request, or of this server, nobody believes that the receiver has what it may not have
 * @param lookAt when to look again if it is clear what became of this delivery: as before it, since
 *     what was in doubt then still is; null for never
 * @param removal whether Keycloak no longer has the resource: no change of it will ever come again
 * @param request null where it has to wait for another round
 * @param access what is sent alone where the request fails
 * @param creation what may be sent with others instead of the request; null where nothing may
 */
record Delivery(
    Task task,
    Link before,
    Link link,
    Long lookAt,
    boolean removal,
    Request request,
    AccessUpdate access,
    Creation creation) {

  /** One exchange with the receiver about one resource. */
  interface Request {
    Outcome run() throws EndpointFault, ResourceFault, InterruptedException;
  }

  /**
   * @param inGroups whether it may be a member of groups at the receiver
   */
  static Delivery removal(ResourcePusher pusher, Subject subject, boolean inGroups) {
    Link known = subject.known();
    RemoteResource there = pusher.at(known);
    AccessUpdate access = pusher.access().removal(there);
    if (subject.isUnknown()) {
      return subject.unlooked(true, access);
    }
    // A person who is imported again with the same id would else be taken for one who never went.
    Link sent = known.remoteId() == null ? known : subject.inDoubt();
    return subject.delivery(
        sent,
        true,
        () -> {
          Link lost = pusher.remove(known, there, subject.look() != null);
          if (lost != null) {
            return Outcome.failed(subject.task(), sent, lost);
          }
          if (inGroups) {
            pusher.leaveGroups(subject.before());
          }
          return Outcome.removed(subject.task(), sent);
        },
        access);
  }

  /** A user whom Keycloak no longer has and may have again: deactivated, and kept. */
  static Delivery suspension(ResourcePusher pusher, Subject subject) {
    Link known = subject.known();
    RemoteResource there = pusher.at(known);
    AccessUpdate access = pusher.access().removal(there);
    if (subject.isUnknown()) {
      return subject.unlooked(true, access);
    }
    Link sent = subject.inDoubt();
    return subject.delivery(
        sent,
        true,
        () -> {
          AccessUpdate.Result result = access.exchange().run();
          if (result.isNotFound()) {
            return Outcome.failed(subject.task(), sent, known.lost(subject.now(), 404));
          }
          if (!result.isDone()) {
            throw result.revoking();
          }
          return Outcome.pushed(subject.task(), sent, known.suspended(there.at(), subject.now()));
        },
        access);
  }

  /**
   * Of a user who has left the scope: nothing but that they may not log in is told. One whom the
   * receiver does not have is not told of.
   */
  static Delivery deactivation(ResourcePusher pusher, Subject subject) {
    Link known = subject.known();
    RemoteResource there = pusher.at(known);
    AccessUpdate access = pusher.access().active(there, false);
    if (subject.isUnknown()) {
      return subject.unlooked(false, access);
    }
    if (subject.isAsStored() && known.holds(Projection.LEFT)) {
      return keep(subject, access);
    }
    if (known.remoteId() == null) {
      return subject.delivery(
          known, false, () -> Outcome.removed(subject.task(), known), AccessUpdate.NONE);
    }
    Link sent = subject.inDoubt();
    return subject.delivery(
        sent,
        false,
        () -> sent(subject, sent, pusher.deactivate(known, there, subject.look() != null)),
        access);
  }

  /**
   * A whole resource.
   *
   * @param held the members that the receiver holds, as remote ids; none for a user
   */
  static Delivery push(
      ResourcePusher pusher, Subject subject, ScimResource wanted, Set<String> held) {
    Link known = subject.known();
    RemoteResource there = pusher.at(known);
    AccessUpdate access = pusher.access().of(there, wanted);
    if (subject.isUnknown() || !subject.fits(wanted)) {
      return subject.unlooked(false, access);
    }
    if (subject.isAsStored() && Decision.onState(wanted, subject.before(), held) == Decision.KEEP) {
      return keep(subject, access);
    }
    Link sent = subject.inDoubt(wanted.active());
    Delivery alone =
        subject.delivery(
            sent,
            false,
            () ->
                sent(subject, sent, pusher.push(wanted, known, there, subject.look() != null))
                    .accepting(members(wanted)),
            access);
    return wanted.type() == ResourceType.USER && subject.before() == null
        ? alone.orTogether(
            new Creation(
                wanted, answer -> sent(subject, sent, pusher.created(wanted, known, answer))))
        : alone;
  }

  private Delivery orTogether(Creation create) {
    return new Delivery(task, before, link, lookAt, removal, request, access, create);
  }

  private static AcceptedMembers members(ScimResource wanted) {
    return wanted.type() == ResourceType.GROUP ? AcceptedMembers.all(wanted.members()) : null;
  }

  /** A user who cannot be sent: nobody else may have to wait for that. */
  static Delivery unfit(ResourcePusher pusher, Subject subject, boolean enabled, String reason) {
    AccessUpdate access = pusher.access().active(pusher.at(subject.known()), enabled);
    if (subject.isUnknown()) {
      return subject.unlooked(false, access);
    }
    return subject.delivery(
        subject.before() == null ? subject.known() : subject.inDoubt(enabled),
        false,
        () -> {
          throw new ResourceFault(ResourceFault.Kind.REFUSED, null, reason);
        },
        access);
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
      Subject subject,
      ScimResource wanted,
      List<String> add,
      List<String> remove) {
    Link known = subject.known();
    RemoteResource there = pusher.at(known);
    AccessUpdate access = pusher.access().members(there, add, remove);
    boolean memberships = !add.isEmpty() || !remove.isEmpty();
    if (Decision.onChanges(wanted, known, memberships) == Decision.KEEP) {
      return keep(subject, access);
    }
    Link sent = subject.inDoubt();
    return subject.delivery(
        sent,
        false,
        () -> {
          try {
            return sent(subject, sent, pusher.change(wanted, known, there, add, remove))
                .accepting(AcceptedMembers.changed(add, remove));
          } catch (ResourceFault fault) {
            if (fault.isOfVersion() && subject.look() == null) {
              // A member has another name, perhaps: the same changes once more, in the version that
              // it has by now.
              return Outcome.notBegun(subject.task(), sent, subject.before().stale());
            }
            throw fault;
          }
        },
        access);
  }

  /** Another request about the same resource, after which it is sent once more. */
  Delivery instead(Request other) {
    return new Delivery(task, before, link, lookAt, removal, other, access, null);
  }

  /** Nothing is sent, and what failed before is forgotten. */
  private static Delivery keep(Subject subject, AccessUpdate access) {
    Link link = subject.before();
    return subject.delivery(
        link, false, () -> Outcome.pushed(subject.task(), link, link.unchanged()), access);
  }

  /** The receiver has it, or does not know it where it was thought to be. */
  private static Outcome sent(Subject subject, Link sent, Link after) {
    return after.remoteId() == null
        ? Outcome.failed(subject.task(), sent, after)
        : Outcome.pushed(subject.task(), sent, after);
  }
}
