package com.abilian.sbe.scim.project;

import java.util.Arrays;
import java.util.Optional;

/**
 * Why somebody, or a group, is to lose access at the receiver. The cause of a mark may be the name
 * of one of these. Where several marks tell of one resource, the first of these counts: a person
 * whom a directory no longer shows was not let go by whoever changed their name a moment before.
 */
public enum LossCause {
  /** Keycloak dropped a person whom nobody deleted: the directory did not show them. */
  DROPPED,
  /** A directory was asked, and does not have them. */
  ABSENT,
  /** A directory has them, but not where, or not as, its provider looks for people. */
  OUT_OF_REACH,
  /** The provider that brought them was removed, or its imported people were. */
  PROVIDER_REMOVED,
  /** Another person of the realm has their user name: Keycloak has everybody under new ids. */
  OTHER_ID,
  /** Out of scope by a setting, by a group or role that was removed, or by the directory. */
  OUT_OF_SCOPE,
  /** One act about one person or group: somebody deleted, disabled, or took out of a group. */
  ASKED,
  /** Found so in Keycloak's database: no event told of it, or one about many at once. */
  COMPARED,
  /** The receiver has it, and neither Keycloak nor a link does. */
  ORPHAN,
  /** Found so while everybody was looked at again. */
  FULL_SYNC;

  /** Whether somebody asked for just this. */
  public boolean isAskedFor() {
    return this == ASKED;
  }

  /**
   * What a mark tells.
   *
   * @param cause of the mark; any other than these names is an event about one resource
   * @param fullSync whether the mark is part of a full sync
   */
  public static LossCause of(String cause, boolean fullSync) {
    return named(cause).orElse(fullSync ? FULL_SYNC : ASKED);
  }

  private static Optional<LossCause> named(String cause) {
    return Arrays.stream(values()).filter(one -> one.name().equals(cause)).findFirst();
  }
}
