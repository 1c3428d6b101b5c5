package com.abilian.sbe.scim.mark;

import com.abilian.sbe.scim.store.MarkKind;
import java.util.Objects;

/**
 * Something in a realm may differ; which endpoints are concerned is not decided yet.
 *
 * @param memberId the user of a MEMBER change, or null
 * @param cause the event, for whoever reads the table
 * @param ofRoles whether it is none for endpoints that read no roles
 */
public record Change(
    MarkKind kind, String resourceId, String memberId, String cause, boolean ofRoles) {

  private static final int LONGEST_ID = 255;

  public static Change user(String userId, String cause) {
    return new Change(MarkKind.USER, userId, null, cause, false);
  }

  public static Change group(String groupId, String cause) {
    return new Change(MarkKind.GROUP, groupId, null, cause, false);
  }

  public static Change member(String groupId, String userId, String cause) {
    return new Change(MarkKind.MEMBER, groupId, userId, cause, false);
  }

  public static Change groupTree(String groupId, String cause) {
    return new Change(MarkKind.GROUP_TREE, groupId, null, cause, false);
  }

  /** Who has which roles in effect: of everybody in the realm. */
  public static Change roles(String cause) {
    return new Change(MarkKind.ROLES, "", null, cause, true);
  }

  /** Which roles this user has in effect. */
  public static Change rolesOf(String userId, String cause) {
    return new Change(MarkKind.USER, userId, null, cause, true);
  }

  public static Change realm(String cause) {
    return new Change(MarkKind.REALM, "", null, cause, false);
  }

  /**
   * People are to be compared with what was sent.
   *
   * @param organizationId managed members of this organization; empty for everybody
   */
  public static Change comparison(String organizationId, String cause) {
    return new Change(MarkKind.COMPARISON, organizationId, null, cause, false);
  }

  /** Whether a row can hold it: no resource of Keycloak has a longer id. */
  boolean fits() {
    return resourceId.length() <= LONGEST_ID
        && (memberId == null || memberId.length() <= LONGEST_ID);
  }

  /** Whether people may be in other groups by it whom it does not name. */
  boolean concernsGroupsOfMany() {
    return kind == MarkKind.GROUP || kind == MarkKind.GROUP_TREE;
  }

  boolean concernsSame(Change other) {
    return kind == other.kind
        && resourceId.equals(other.resourceId)
        && Objects.equals(memberId, other.memberId);
  }
}
