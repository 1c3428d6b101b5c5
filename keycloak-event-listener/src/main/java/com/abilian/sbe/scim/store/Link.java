package com.abilian.sbe.scim.store;

import com.abilian.sbe.scim.project.ResourceType;
import com.abilian.sbe.scim.project.ScimResource;
import java.util.Arrays;

/**
 * What is known of one resource at one endpoint. Times are epoch milliseconds.
 *
 * @param remoteId null until the receiver has told it
 * @param pushedHash of the attributes that the receiver accepted last; null where unknown
 * @param membersHash of the members that the receiver holds; null where unknown
 * @param notBefore when to try again; null where no retry is due
 * @param dirtySince since when the receiver lags behind; null where it does not
 * @param stillInSince since when the receiver lets somebody in, or in the group, who has to be out
 *     and whom it does not take out; null where it does not
 * @param lastError status and SCIM error type of the last refusal, never its text
 */
public record Link(
    ResourceType type,
    String resourceId,
    String remoteId,
    String version,
    String pushedHash,
    String membersHash,
    State state,
    int attempts,
    Long notBefore,
    Long dirtySince,
    Long stillInSince,
    Integer lastStatus,
    String lastError,
    Long lastOkAt) {

  public enum State {
    /** A create may have been sent; whether the receiver has the resource must be asked. */
    CREATING,
    ACTIVE,
    /** Refused; tried again at its next change, or when it is due: a removal has no next change. */
    PARKED,
    /** What a newer release has stored, and only one understands: nothing is sent. Never stored. */
    FOREIGN;

    /** Those that this release stores. */
    static State[] known() {
      return Arrays.stream(values()).filter(state -> state != FOREIGN).toArray(State[]::new);
    }

    static State of(String stored) {
      return Arrays.stream(values())
          .filter(state -> state.name().equals(stored))
          .findFirst()
          .orElse(FOREIGN);
    }
  }

  public static Link creating(ResourceType type, String resourceId) {
    return new Link(
        type,
        resourceId,
        null,
        null,
        null,
        null,
        State.CREATING,
        0,
        null,
        null,
        null,
        null,
        null,
        null);
  }

  /** Left to a newer release, which may have a reason to hold this resource back. */
  public boolean isForeign() {
    return state == State.FOREIGN;
  }

  /** No request about it has been answered yet. */
  public boolean isNeverAttempted() {
    return state == State.CREATING && attempts == 0;
  }

  public Link pushed(String id, String newVersion, String hash, String newMembersHash, long now) {
    return new Link(
        type,
        resourceId,
        id,
        newVersion,
        hash,
        newMembersHash,
        State.ACTIVE,
        0,
        null,
        null,
        null,
        null,
        null,
        now);
  }

  /** Whether the receiver has exactly this, as far as we know. */
  public boolean holds(ScimResource wanted) {
    return isNamed(wanted)
        && remoteId != null
        && (type == ResourceType.USER || wanted.membersHash().equals(membersHash));
  }

  /** As {@link #holds}, members left aside. */
  public boolean isNamed(ScimResource wanted) {
    return wanted.hash().equals(pushedHash);
  }

  /**
   * Something is about to be sent: until its answer is stored nobody knows what the receiver has,
   * not even where things are soon as they were before.
   */
  public Link inDoubt() {
    return new Link(
        type,
        resourceId,
        remoteId,
        version,
        null,
        null,
        state,
        attempts,
        notBefore,
        dirtySince,
        stillInSince,
        lastStatus,
        lastError,
        lastOkAt);
  }

  /** Nothing had to be sent. */
  public Link unchanged() {
    return new Link(
        type,
        resourceId,
        remoteId,
        version,
        pushedHash,
        membersHash,
        State.ACTIVE,
        0,
        null,
        null,
        null,
        null,
        null,
        lastOkAt);
  }

  /** The receiver does not know {@code remoteId}: to be looked up or created at once. */
  public Link lost(long now) {
    return new Link(
        type,
        resourceId,
        null,
        null,
        null,
        null,
        State.CREATING,
        attempts + 1,
        now,
        dirtySince == null ? Long.valueOf(now) : dirtySince,
        null,
        404,
        null,
        lastOkAt);
  }

  /**
   * Failed once more.
   *
   * @param retryAt null means only at its next change
   * @param since when what failed was wanted
   * @param leaverIn whether the receiver still lets somebody in who has to be out
   */
  public Link failed(
      boolean park, Long retryAt, long since, boolean leaverIn, Integer status, String error) {
    State next = remoteId == null ? State.CREATING : State.ACTIVE;
    return new Link(
        type,
        resourceId,
        remoteId,
        version,
        null,
        null,
        park ? State.PARKED : next,
        attempts + 1,
        retryAt,
        dirtySince == null ? Long.valueOf(since) : dirtySince,
        leaverIn ? stillInSince == null ? Long.valueOf(since) : stillInSince : null,
        status,
        error,
        lastOkAt);
  }
}
