package com.abilian.sbe.scim.project;

/**
 * Somebody, or a group, is to lose access at the receiver.
 *
 * @param at when it was asked for or found, epoch milliseconds
 */
public record Loss(Key key, LossCause cause, long at) {

  /**
   * What is lost.
   *
   * @param id of a user or group of Keycloak
   * @param groupId of the group that a user is taken out of; empty where the resource itself is
   *     removed, or the user deactivated
   */
  public record Key(ResourceType type, String id, String groupId) {

    public static Key of(ResourceType type, String id) {
      return new Key(type, id, "");
    }

    public static Key member(String userId, String groupId) {
      return new Key(ResourceType.USER, userId, groupId);
    }

    /** The user or group itself, whatever it loses. */
    public Key subject() {
      return of(type, id);
    }

    /** The group that a user is taken out of. */
    public Key group() {
      return of(ResourceType.GROUP, groupId);
    }

    /** Whether a user is taken out of a group. */
    public boolean isMembership() {
      return !groupId.isEmpty();
    }
  }
}
