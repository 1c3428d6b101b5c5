package com.abilian.sbe.scim.mark;

import com.abilian.sbe.scim.store.MarkKind;
import java.util.Objects;

/**
 * Something in a realm may differ; which endpoints are concerned is not decided yet.
 *
 * @param memberId the user of a MEMBER change, or null
 * @param cause the event, for whoever reads the table
 */
public record Change(MarkKind kind, String resourceId, String memberId, String cause) {

  public static Change user(String userId, String cause) {
    return new Change(MarkKind.USER, userId, null, cause);
  }

  public static Change group(String groupId, String cause) {
    return new Change(MarkKind.GROUP, groupId, null, cause);
  }

  public static Change member(String groupId, String userId, String cause) {
    return new Change(MarkKind.MEMBER, groupId, userId, cause);
  }

  public static Change groupTree(String groupId, String cause) {
    return new Change(MarkKind.GROUP_TREE, groupId, null, cause);
  }

  public static Change role(String roleId, String cause) {
    return new Change(MarkKind.ROLE, roleId, null, cause);
  }

  public static Change realm(String cause) {
    return new Change(MarkKind.REALM, "", null, cause);
  }

  boolean concernsSame(Change other) {
    return kind == other.kind
        && resourceId.equals(other.resourceId)
        && Objects.equals(memberId, other.memberId);
  }
}
