package com.abilian.sbe.scim.store;

/**
 * What may differ, and so what has to be looked at. A release leaves marks of kinds that it does
 * not know to a newer one.
 */
public enum MarkKind {
  /** One person. */
  USER,
  /** One group: its attributes and its whole membership. */
  GROUP,
  /** One membership: the resource is the group, the member the user. */
  MEMBER,
  /** The names of a group and of everything below it, or their being there at all. */
  GROUP_TREE,
  /** Who holds a role. Nothing that is sent depends on roles yet. */
  ROLE,
  /**
   * Everything, always of priority FULL_SYNC; the resource is where the full sync goes on, empty
   * before its start.
   */
  REALM
}
