package com.abilian.sbe.scim.deliver;

import com.abilian.sbe.scim.client.EndpointFault;
import com.abilian.sbe.scim.client.ResourceFault;
import com.abilian.sbe.scim.deliver.AccessUpdate.Arrived;
import com.abilian.sbe.scim.mark.Change;
import com.abilian.sbe.scim.project.ResourceType;
import com.abilian.sbe.scim.store.Link;
import java.util.List;

/** Sends what has to arrive of a resource that is refused as a whole. */
final class AccessPusher {

  /** A change of what the receiver has under an id. */
  @FunctionalInterface
  private interface Change {
    Arrived of(String id) throws EndpointFault, InterruptedException;
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
   * What of {@code link}'s resource has to arrive: whether a user may log in.
   *
   * @param link null where no create can have been sent yet
   */
  AccessUpdate active(Link link, boolean active) {
    return link == null
        ? AccessUpdate.NONE
        : new AccessUpdate(
            !active,
            () ->
                change(
                    link,
                    id -> {
                      ResourceFault fault = editor.active(id, active);
                      return active ? new Arrived(null, fault) : new Arrived(fault, null);
                    }));
  }

  /**
   * As {@link #active}: exactly these members of a group.
   *
   * @param wanted remote ids
   */
  AccessUpdate members(Link link, List<String> wanted) {
    return link == null
        ? AccessUpdate.NONE
        : new AccessUpdate(true, () -> change(link, id -> members.align(id, wanted)));
  }

  /**
   * As {@link #active}: these joins and leaves of a group.
   *
   * @param add remote ids
   * @param remove remote ids
   */
  AccessUpdate members(Link link, List<String> add, List<String> remove) {
    return new AccessUpdate(
        !remove.isEmpty(), () -> change(link, id -> members.change(id, add, remove)));
  }

  /** As {@link #active}: of a resource that is gone here, that nobody gets in by it. */
  AccessUpdate removal(Link link) {
    return link.type() == ResourceType.USER ? active(link, false) : members(link, List.of());
  }

  private Arrived change(Link link, Change change) throws EndpointFault, InterruptedException {
    try {
      String known = link.remoteId();
      Arrived arrived = known == null ? null : change.of(known);
      if (arrived != null && !arrived.isNotFound()) {
        return arrived;
      }
      // What answers 404 to everything may have it all the same; only a receiver has an empty list.
      String found = lookup.ours(link.type(), link.resourceId());
      if (found == null) {
        return Arrived.ALL;
      }
      return found.equals(known) ? arrived : change.of(found);
    } catch (ResourceFault unasked) {
      return new Arrived(unasked, unasked);
    }
  }
}
