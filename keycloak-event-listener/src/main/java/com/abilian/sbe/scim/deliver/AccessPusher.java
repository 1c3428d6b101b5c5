package com.abilian.sbe.scim.deliver;

import com.abilian.sbe.scim.client.EndpointFault;
import com.abilian.sbe.scim.client.ResourceFault;
import com.abilian.sbe.scim.client.ScimClient;
import com.abilian.sbe.scim.deliver.AccessUpdate.Result;
import com.abilian.sbe.scim.project.Link;
import com.abilian.sbe.scim.project.ResourceType;
import com.abilian.sbe.scim.project.ScimResource;
import java.util.List;

/** Makes the updates of access, and sends them whatever the receiver takes. */
final class AccessPusher {

  /** A change of the resource that the receiver has. */
  @FunctionalInterface
  private interface Change {
    Result of(RemoteResource resource) throws EndpointFault, InterruptedException;
  }

  private final ScimClient client;
  private final ReadModifyWrite editor;
  private final MembershipPusher members;

  AccessPusher(ScimClient client, ReadModifyWrite editor, MembershipPusher members) {
    this.client = client;
    this.editor = editor;
    this.members = members;
  }

  /**
   * Who has access by {@code wanted}.
   *
   * @param link as it is known before the request
   */
  AccessUpdate of(Link link, ScimResource wanted) {
    return wanted.type() == ResourceType.USER
        ? active(link, wanted.active())
        : members(link, wanted.members());
  }

  /** Whether a user may log in. */
  AccessUpdate active(Link link, boolean active) {
    return update(link, !active, user -> setActive(user, active));
  }

  private Result setActive(RemoteResource user, boolean active)
      throws EndpointFault, InterruptedException {
    ResourceFault fault = editor.active(user, active);
    return active ? new Result(null, fault) : new Result(fault, null);
  }

  /** As {@link #active}: exactly these members of a group, by remote ids. */
  private AccessUpdate members(Link link, List<String> wanted) {
    return update(link, true, group -> members.align(group, wanted));
  }

  /**
   * These joins and leaves of a group.
   *
   * @param add remote ids
   * @param remove remote ids
   */
  AccessUpdate members(Link link, List<String> add, List<String> remove) {
    return update(link, !remove.isEmpty(), group -> members.change(group, add, remove));
  }

  /** Of a resource that Keycloak no longer has: nobody gets in by it. */
  AccessUpdate removal(Link link) {
    return link.type() == ResourceType.USER ? active(link, false) : members(link, List.of());
  }

  /** Where the receiver has nothing, nobody has access by it. */
  private AccessUpdate update(Link link, boolean revokes, Change change) {
    return link.remoteId() == null
        ? AccessUpdate.NONE
        : new AccessUpdate(
            revokes, () -> change.of(new RemoteResource(client, link.type(), link.remote())));
  }
}
