package com.abilian.sbe.scim.store;

/** What may differ. Marks of a kind that this release does not know are left to a newer one. */
public enum MarkKind {
  /** One user. */
  USER,
  /** One group: its attributes and its whole membership. */
  GROUP,
  /** One membership: the resource is the group, the member the user. */
  MEMBER,
  /** The names of a group and of all groups below it, or whether they exist. */
  GROUP_TREE,
  /**
   * Who has which roles in effect, always of priority FULL_SYNC; the resource is the user after
   * whom it is looked on, empty before the start.
   */
  ROLES,
  /**
   * Everything, always of priority FULL_SYNC; the resource is where the full sync goes on, empty
   * before its start.
   */
  REALM,
  /**
   * People are to be compared with what was sent, always of priority COMPARISON; the resource is an
   * organization whose managed members are meant, or empty for everybody.
   */
  COMPARISON;

  /** Of the marks that a change makes. */
  public Mark.Priority priority() {
    return switch (this) {
      case REALM, ROLES -> Mark.Priority.FULL_SYNC;
      case COMPARISON -> Mark.Priority.COMPARISON;
      default -> Mark.Priority.LIVE;
    };
  }
}
