package com.abilian.sbe.scim.project;

import java.util.Arrays;

/**
 * What is known of one resource at one endpoint. Times are epoch milliseconds.
 *
 * @param lastOkAt when the receiver last accepted the resource; null where it never did
 */
public record Link(
    ResourceType type,
    String resourceId,
    State state,
    Remote remote,
    Pushed pushed,
    Failure failure,
    Long lastOkAt) {

  /** What may be sent next. */
  public enum State {
    /** A create may have been sent; whether the receiver has the resource must be asked. */
    CREATING,
    /** The receiver has it. */
    ACTIVE,
    /** Refused; tried again at its next change, or when it is due: a removal has no next change. */
    PARKED,
    /**
     * What a newer release has stored, and only it understands: nothing is sent. Never stored by
     * this one.
     */
    FOREIGN;

    /** Those that this release stores. */
    public static State[] known() {
      return Arrays.stream(values()).filter(state -> state != FOREIGN).toArray(State[]::new);
    }

    /** The state with this name; FOREIGN where this release has none. */
    public static State of(String stored) {
      return Arrays.stream(values())
          .filter(state -> state.name().equals(stored))
          .findFirst()
          .orElse(FOREIGN);
    }
  }

  /**
   * The resource at the receiver.
   *
   * @param id null until the receiver has told it
   * @param version its {@code meta.version}, or null
   */
  public record Remote(String id, String version) {

    /** The receiver has not told its id. */
    public static final Remote UNKNOWN = new Remote(null, null);
  }

  /**
   * What the receiver accepted last.
   *
   * @param hash of the attributes; null where unknown
   * @param membersHash of the members that it holds; null where unknown
   */
  public record Pushed(String hash, String membersHash) {

    /** Something was sent whose answer is not known: the receiver may hold anything. */
    public static final Pushed UNKNOWN = new Pushed(null, null);
  }

  /**
   * How the last attempts failed.
   *
   * @param attempts how many failed in a row
   * @param notBefore when to try again; null where no retry is due
   * @param dirtySince since when the receiver lags behind; null where it does not
   * @param stillInSince since when somebody has access, or is in the group, who should not, and the
   *     receiver does not take them out; null where it does
   * @param status of the last answer, or null
   * @param error status and SCIM error type of the last refusal, never its text
   */
  public record Failure(
      int attempts,
      Long notBefore,
      Long dirtySince,
      Long stillInSince,
      Integer status,
      String error) {

    /** Nothing failed since the last success. */
    public static final Failure NONE = new Failure(0, null, null, null, null, null);

    private Failure again(
        Long retryAt, long since, boolean stillIn, Integer newStatus, String newError) {
      return new Failure(
          attempts + 1,
          retryAt,
          first(dirtySince, since),
          stillIn ? first(stillInSince, since) : null,
          newStatus,
          newError);
    }

    private static Long first(Long known, long now) {
      return known == null ? Long.valueOf(now) : known;
    }
  }

  /** Of a resource for which nothing was sent yet. */
  public static Link creating(ResourceType type, String resourceId) {
    return new Link(
        type, resourceId, State.CREATING, Remote.UNKNOWN, Pushed.UNKNOWN, Failure.NONE, null);
  }

  /** Left to a newer release, which may have a reason to hold this resource back. */
  public boolean isForeign() {
    return state == State.FOREIGN;
  }

  /** No request about it has been answered yet. */
  public boolean isNeverAttempted() {
    return state == State.CREATING && attempts() == 0;
  }

  /** The id at the receiver; null until it has told it. */
  public String remoteId() {
    return remote.id();
  }

  /** How many attempts failed in a row. */
  public int attempts() {
    return failure.attempts();
  }

  /** Whether the receiver holds exactly this, as far as we know. */
  public boolean holds(ScimResource wanted) {
    return holdsAttributes(wanted)
        && remoteId() != null
        && (type == ResourceType.USER || wanted.membersHash().equals(pushed.membersHash()));
  }

  /** As {@link #holds}, members left aside. */
  public boolean holdsAttributes(ScimResource wanted) {
    return wanted.hash().equals(pushed.hash());
  }

  /** The receiver accepted {@code accepted}, and calls the resource {@code at}. */
  public Link pushed(Remote at, Pushed accepted, long now) {
    return new Link(type, resourceId, State.ACTIVE, at, accepted, Failure.NONE, now);
  }

  /**
   * Something is about to be sent: until its answer is stored nobody knows what the receiver holds,
   * even if the resource soon becomes what it was before.
   */
  public Link inDoubt() {
    return new Link(type, resourceId, state, remote, Pushed.UNKNOWN, failure, lastOkAt);
  }

  /** Nothing had to be sent. */
  public Link unchanged() {
    return new Link(type, resourceId, State.ACTIVE, remote, pushed, Failure.NONE, lastOkAt);
  }

  /** The receiver does not know {@link #remoteId}: to be looked up or created at once. */
  public Link lost(long now) {
    Failure next = failure.again(now, now, false, 404, null);
    return new Link(
        type, resourceId, State.CREATING, Remote.UNKNOWN, Pushed.UNKNOWN, next, lastOkAt);
  }

  /**
   * Failed once more.
   *
   * @param park whether it was refused as it is
   * @param retryAt null means only at its next change
   * @param since when what failed was wanted
   * @param stillIn whether somebody keeps access who should not have it
   */
  public Link failed(
      boolean park, Long retryAt, long since, boolean stillIn, Integer status, String error) {
    State next = remoteId() == null ? State.CREATING : State.ACTIVE;
    return new Link(
        type,
        resourceId,
        park ? State.PARKED : next,
        remote,
        Pushed.UNKNOWN,
        failure.again(retryAt, since, stillIn, status, error),
        lastOkAt);
  }

  /** Type and id, as logs name the resource. */
  public String name() {
    return type + " " + resourceId;
  }
}
