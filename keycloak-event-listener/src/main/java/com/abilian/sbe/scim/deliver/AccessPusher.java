package com.abilian.sbe.scim.deliver;

import com.abilian.sbe.scim.client.EndpointFault;
import com.abilian.sbe.scim.client.ResourceFault;
import com.abilian.sbe.scim.deliver.AccessUpdate.Result;
import com.abilian.sbe.scim.project.ResourceType;
import com.abilian.sbe.scim.project.RoleMap;
import com.abilian.sbe.scim.project.ScimResource;
import java.util.List;
import java.util.Map;

/** Makes the updates of access, and sends them whatever the receiver takes. */
final class AccessPusher {

  /** A change of the resource that the receiver has. */
  @FunctionalInterface
  private interface Change {
    Result of(RemoteResource resource) throws EndpointFault, InterruptedException;
  }

  private final ReadModifyWrite editor;
  private final MembershipPusher members;

  AccessPusher(ReadModifyWrite editor, MembershipPusher members) {
    this.editor = editor;
    this.members = members;
  }

  /** Who has access by {@code wanted}. */
  AccessUpdate of(RemoteResource there, ScimResource wanted) {
    return wanted.type() == ResourceType.USER
        ? user(there, wanted)
        : members(there, wanted.members());
  }

  /** Whether a user may log in, and with which roles, where they are sent. */
  private AccessUpdate user(RemoteResource there, ScimResource wanted) {
    boolean active = wanted.active();
    Object roles = wanted.attributes().get(RoleMap.ATTRIBUTE);
    return update(
        there,
        !active,
        one -> {
          Result result = setActive(one, active);
          // Apart: a value that is refused must keep nobody in.
          return roles == null || !result.isDone()
              ? result
              : new Result(null, editor.set(one, Map.of(RoleMap.ATTRIBUTE, roles)));
        });
  }

  /** Whether a user may log in. */
  AccessUpdate active(RemoteResource user, boolean active) {
    return update(user, !active, one -> setActive(one, active));
  }

  private Result setActive(RemoteResource user, boolean active)
      throws EndpointFault, InterruptedException {
    ResourceFault fault = editor.active(user, active);
    return active ? new Result(null, fault) : new Result(fault, null);
  }

  /** As {@link #active}: exactly these members of a group, by remote ids. */
  private AccessUpdate members(RemoteResource group, List<String> wanted) {
    return update(group, true, one -> members.align(one, wanted));
  }

  /**
   * These joins and leaves of a group.
   *
   * @param add remote ids
   * @param remove remote ids
   */
  AccessUpdate members(RemoteResource group, List<String> add, List<String> remove) {
    return update(group, !remove.isEmpty(), one -> members.change(one, add, remove));
  }

  /** Of a resource that Keycloak no longer has: nobody gets in by it. */
  AccessUpdate removal(RemoteResource there) {
    return there.type() == ResourceType.USER ? active(there, false) : members(there, List.of());
  }

  /** Where the receiver has nothing, nobody has access by it. */
  private AccessUpdate update(RemoteResource there, boolean revokes, Change change) {
    return there.id() == null
        ? AccessUpdate.NONE
        : new AccessUpdate(there, revokes, () -> change.of(there));
  }
}
