package com.abilian.sbe.scim.deliver;

import com.abilian.sbe.scim.client.EndpointFault;
import com.abilian.sbe.scim.client.ResourceFault;
import com.abilian.sbe.scim.deliver.AccessUpdate.Result;
import com.abilian.sbe.scim.mark.Change;
import com.abilian.sbe.scim.project.Link;
import com.abilian.sbe.scim.project.ResourceType;
import com.abilian.sbe.scim.project.ScimResource;
import java.util.List;

/** Makes the updates of access, and sends them whatever the receiver takes. */
final class AccessPusher {

  /** A change of the resource that the receiver has under an id. */
  @FunctionalInterface
  private interface Change {
    Result of(String id) throws EndpointFault, InterruptedException;
  }

  private final RemoteLookup lookup;
  private final ReadModifyWrite editor;
  private final MembershipPusher members;

  AccessPusher(RemoteLookup lookup, ReadModifyWrite editor, MembershipPusher members) {
    this.lookup = lookup;
    this.editor = editor;
    this.members = members;
  }

  /**
   * Who has access by {@code wanted}.
   *
   * @param link null where no create can have been sent yet
   */
  AccessUpdate of(Link link, ScimResource wanted) {
    return wanted.type() == ResourceType.USER
        ? active(link, wanted.active())
        : members(link, wanted.members());
  }

  /**
   * Whether a user may log in.
   *
   * @param link null where no create can have been sent yet
   */
  AccessUpdate active(Link link, boolean active) {
    return link == null
        ? AccessUpdate.NONE
        : new AccessUpdate(!active, () -> change(link, id -> setActive(id, active)));
  }

  private Result setActive(String id, boolean active) throws EndpointFault, InterruptedException {
    ResourceFault fault = editor.active(id, active);
    return active ? new Result(null, fault) : new Result(fault, null);
  }

  /** As {@link #active}: exactly these members of a group, by remote ids. */
  private AccessUpdate members(Link link, List<String> wanted) {
    return link == null
        ? AccessUpdate.NONE
        : new AccessUpdate(true, () -> change(link, id -> members.align(id, wanted)));
  }

  /**
   * These joins and leaves of a group.
   *
   * @param add remote ids
   * @param remove remote ids
   */
  AccessUpdate members(Link link, List<String> add, List<String> remove) {
    return new AccessUpdate(
        !remove.isEmpty(), () -> change(link, id -> members.change(id, add, remove)));
  }

  /** Of a resource that Keycloak no longer has: nobody gets in by it. */
  AccessUpdate removal(Link link) {
    return link.type() == ResourceType.USER ? active(link, false) : members(link, List.of());
  }

  private Result change(Link link, Change change) throws EndpointFault, InterruptedException {
    try {
      String known = link.remoteId();
      Result result = known == null ? null : change.of(known);
      if (result != null && !result.isNotFound()) {
        return result;
      }
      // A server that answers 404 to everything may have it; only a receiver has an empty list.
      String found = lookup.ours(link.type(), link.resourceId());
      if (found == null) {
        return Result.DONE;
      }
      return found.equals(known) ? result : change.of(found);
    } catch (ResourceFault unasked) {
      return new Result(unasked, unasked);
    }
  }
}
