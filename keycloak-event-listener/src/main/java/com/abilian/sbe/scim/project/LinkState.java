package com.abilian.sbe.scim.project;

import java.util.Arrays;

/** What may be sent next of a resource. */
public enum LinkState {
  /** A create may have been sent; whether the receiver has the resource must be asked. */
  CREATING,
  /** The receiver has it. */
  ACTIVE,
  /** Removed; a create that nobody saw end may still arrive, until it was looked for. */
  GONE,
  /** Refused; tried again at its next change, or when it is due: a removal has no next change. */
  PARKED,
  /**
   * What a newer release has stored, and only it understands: nothing is sent. Never stored by this
   * one.
   */
  FOREIGN;

  /** Those that this release stores. */
  public static LinkState[] known() {
    return Arrays.stream(values()).filter(state -> state != FOREIGN).toArray(LinkState[]::new);
  }

  /** The state with this name; FOREIGN where this release has none. */
  public static LinkState of(String stored) {
    return Arrays.stream(values())
        .filter(state -> state.name().equals(stored))
        .findFirst()
        .orElse(FOREIGN);
  }
}
