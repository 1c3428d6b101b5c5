package com.abilian.sbe.scim.deliver;

import com.abilian.sbe.scim.client.BulkAnswer;
import com.abilian.sbe.scim.client.EndpointFault;
import com.abilian.sbe.scim.client.ResourceFault;
import com.abilian.sbe.scim.client.ScimAnswer;
import com.abilian.sbe.scim.client.ScimClient;
import com.abilian.sbe.scim.client.Verdict;
import com.abilian.sbe.scim.project.Link;
import com.abilian.sbe.scim.project.Link.Pushed;
import com.abilian.sbe.scim.project.Link.Remote;
import com.abilian.sbe.scim.project.Projection;
import com.abilian.sbe.scim.project.ScimResource;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Makes one resource at the receiver what it should be, and returns the link that results. */
final class ResourcePusher {

  private static final int NOT_FOUND = 404;
  private static final int CONFLICT = 409;

  private final ScimClient client;
  private final Clock clock;
  private final ReadModifyWrite editor;
  private final MembershipPusher members;
  private final ResourceCreator creator;
  private final AccessPusher access;
  private final DanglingMembers dangling;

  ResourcePusher(ScimClient client, Clock clock) {
    this.client = client;
    this.clock = clock;
    this.editor = new ReadModifyWrite();
    this.members = new MembershipPusher(client, editor);
    this.creator = new ResourceCreator(client, members);
    this.access = new AccessPusher(editor, members);
    this.dangling = new DanglingMembers(client, members);
  }

  /** What has to arrive of a resource even where the rest of it is refused. */
  AccessPusher access() {
    return access;
  }

  /** The resource at the receiver, for all that is sent to it in one delivery. */
  RemoteResource at(Link link) {
    return new RemoteResource(client, link.type(), link.remote());
  }

  /**
   * Replaces the resource where the receiver has it, else creates it.
   *
   * @param looked whether the receiver was asked whether it has it
   */
  Link push(ScimResource wanted, Link link, RemoteResource there, boolean looked)
      throws EndpointFault, ResourceFault, InterruptedException {
    if (link.remoteId() == null) {
      return create(wanted, link, looked);
    }
    Link replaced = replace(wanted, link, there);
    return replaced == null ? unknown("PUT", link, looked) : replaced;
  }

  /**
   * Removes the resource, where the receiver has it.
   *
   * @param looked whether the receiver was asked whether it has it
   * @return null where it is removed; else the link of a resource that was not where it was thought
   *     to be: a server that answers 404 to everything has deleted nothing
   */
  Link remove(Link link, RemoteResource there, boolean looked)
      throws EndpointFault, ResourceFault, InterruptedException {
    if (link.remoteId() == null) {
      return null;
    }
    ScimAnswer answer = there.delete();
    return switch (Verdict.of(answer.status())) {
      case NOT_FOUND -> unknown("DELETE", link, looked);
      case CONFLICT -> throw ResourceFault.of("DELETE", link.type(), answer);
      default -> null;
    };
  }

  /**
   * Takes a user's access away, and tells nothing else.
   *
   * @param looked whether the receiver was asked whether it has them
   */
  Link deactivate(Link link, RemoteResource there, boolean looked)
      throws EndpointFault, ResourceFault, InterruptedException {
    ResourceFault fault = editor.active(there, false);
    if (fault == null) {
      return pushed(Projection.LEFT, link, there.at());
    }
    if (Integer.valueOf(NOT_FOUND).equals(fault.status())) {
      return unknown("PATCH", link, looked);
    }
    throw fault;
  }

  /** Takes a user who was removed out of the groups in which the receiver has left them. */
  void leaveGroups(Link removed) throws EndpointFault, ResourceFault, InterruptedException {
    if (removed.remoteId() != null) {
      dangling.remove(removed.remoteId());
    }
  }

  /** What the receiver does not know under its id is looked for, but not again and again. */
  private Link unknown(String method, Link link, boolean looked) throws ResourceFault {
    if (looked) {
      String said = method + " " + link.type().endpoint() + " answered 404 although it is there";
      throw new ResourceFault(ResourceFault.Kind.RETRY, NOT_FOUND, said);
    }
    return link.lost(clock.millis(), NOT_FOUND);
  }

  /**
   * Changes a linked group's name, where it differs, and exactly these members.
   *
   * @param add remote ids
   * @param remove remote ids
   */
  Link change(
      ScimResource wanted, Link link, RemoteResource group, List<String> add, List<String> remove)
      throws EndpointFault, ResourceFault, InterruptedException {
    List<Map<String, Object>> operations = new ArrayList<>();
    if (!link.holdsAttributes(wanted)) {
      operations.add(replacement("displayName", wanted.key()));
    }
    if (!add.isEmpty()) {
      operations.addAll(MembershipPusher.additions(add));
    }
    operations.addAll(MembershipPusher.removals(remove));
    if (operations.isEmpty()) {
      return link.unchanged();
    }
    ScimAnswer answer = group.patch(operations);
    return switch (Verdict.of(answer.status())) {
      case NOT_FOUND -> unknown("PATCH", link, false);
      case CONFLICT -> throw ResourceFault.of("PATCH", wanted.type(), answer);
      default -> pushed(wanted, link, group.at());
    };
  }

  /**
   * Gives a resource that the receiver has other names than it should have.
   *
   * @param values by attribute
   * @return the link, of which nothing is known to be as it should be
   */
  Link rename(Link link, Map<String, Object> values)
      throws EndpointFault, ResourceFault, InterruptedException {
    RemoteResource there = at(link);
    ResourceFault fault = editor.set(there, values);
    if (fault != null) {
      throw fault;
    }
    return link.pushed(there.at(), link.pushed().inDoubt(), clock.millis());
  }

  /** Null where the receiver does not know the id. */
  private Link replace(ScimResource wanted, Link link, RemoteResource there)
      throws EndpointFault, ResourceFault, InterruptedException {
    if (wanted.members().size() > MembershipPusher.PER_REQUEST) {
      return replaceByDifferences(wanted, link, there);
    }
    ScimAnswer answer;
    try {
      answer = there.replace(wanted.body(wanted.members()));
    } catch (ResourceFault refused) {
      if (!refused.isTooLarge() || wanted.members().isEmpty()) {
        throw refused;
      }
      return replaceByDifferences(wanted, link, there);
    }
    return switch (Verdict.of(answer.status())) {
      case NOT_FOUND -> null;
      case CONFLICT -> throw ResourceFault.of("PUT", wanted.type(), answer);
      default -> pushed(wanted, link, there.at());
    };
  }

  /** As {@link #replace}, for a group whose members are too many for one body. */
  private Link replaceByDifferences(ScimResource wanted, Link link, RemoteResource group)
      throws EndpointFault, ResourceFault, InterruptedException {
    List<Map<String, Object>> names =
        List.of(
            replacement("displayName", wanted.key()),
            replacement("externalId", wanted.externalId()));
    ScimAnswer answer = group.patch(names);
    switch (Verdict.of(answer.status())) {
      case NOT_FOUND -> {
        return null;
      }
      case CONFLICT -> throw ResourceFault.of("PATCH", wanted.type(), answer);
      default -> {}
    }
    AccessUpdate.Result result = members.align(group, wanted.members());
    if (!result.isDone()) {
      throw result.revoking() == null ? result.granting() : result.revoking();
    }
    return pushed(wanted, link, group.at());
  }

  /** Somebody may have the name: perhaps the person, whom the receiver knows already. */
  private Link create(ScimResource wanted, Link link, boolean looked)
      throws EndpointFault, ResourceFault, InterruptedException {
    return created(wanted, link, creator.create(wanted, looked));
  }

  /** As {@link #push}, of a user whom a bulk had in it. */
  Link created(ScimResource wanted, Link link, BulkAnswer answer)
      throws EndpointFault, ResourceFault, InterruptedException {
    return created(wanted, link, creator.created(wanted, answer));
  }

  private Link created(ScimResource wanted, Link link, Remote at) {
    return at == null ? link.lost(clock.millis(), CONFLICT) : pushed(wanted, link, at);
  }

  private Link pushed(ScimResource wanted, Link link, Remote at) {
    return link.pushed(at, Pushed.of(wanted), clock.millis());
  }

  private static Map<String, Object> replacement(String attribute, String value) {
    return Map.of("op", "replace", "path", attribute, "value", value);
  }
}
