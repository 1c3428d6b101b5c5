package com.abilian.sbe.scim.project;

import java.util.Arrays;

/**
 * What is known of one resource at one endpoint. Times are epoch milliseconds.
 *
 * @param lastOkAt when the receiver last accepted the resource; null where it never did
 * @param lookAt when to look at the receiver's copy again, because something was sent whose end
 *     nobody saw and which may arrive until then; null where nothing was
 */
public record Link(
    ResourceType type,
    String resourceId,
    State state,
    Remote remote,
    Pushed pushed,
    Failure failure,
    Long lastOkAt,
    Long lookAt) {

  /** What may be sent next. */
  public enum State {
    /** A create may have been sent; whether the receiver has the resource must be asked. */
    CREATING,
    /** The receiver has it. */
    ACTIVE,
    /** Removed; a create that nobody saw end may still arrive, until it was looked for. */
    GONE,
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
   * @param version its {@code meta.version}; null where the receiver tells none
   */
  public record Remote(String id, String version) {

    /** The receiver has not told its id. */
    public static final Remote UNKNOWN = new Remote(null, null);

    /** The version of a resource that the receiver has in another version than was thought. */
    private static final String STALE = "";

    private boolean isStale() {
      return STALE.equals(version);
    }
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
        type, resourceId, State.CREATING, Remote.UNKNOWN, Pushed.UNKNOWN, Failure.NONE, null, null);
  }

  /** Left to a newer release, which may have a reason to hold this resource back. */
  public boolean isForeign() {
    return state == State.FOREIGN;
  }

  /** Removed, and kept until it was looked for once more. */
  public boolean isGone() {
    return state == State.GONE;
  }

  /** Whether the time has come to look at the receiver's copy again. */
  public boolean isLookDue(long now) {
    return lookAt != null && lookAt <= now;
  }

  /**
   * Whether the receiver has to be asked what it has before anything is sent: what is known may be
   * wrong.
   */
  public boolean needsLook(long now) {
    boolean inDoubt = lookAt != null && pushed.hash() == null;
    return !isForeign() && (remoteId() == null || remote.isStale() || inDoubt || isLookDue(now));
  }

  /** No request about it has been answered yet. */
  public boolean isNeverAttempted() {
    return state == State.CREATING && attempts() == 0;
  }

  /** The id at the receiver; null until it has told it. */
  public String remoteId() {
    return remote.id();
  }

  /** Refused because another resource has its name, or its address. */
  public boolean isNameTaken() {
    return state == State.PARKED
        && Integer.valueOf(409).equals(failure.status())
        && !String.valueOf(failure.error()).endsWith("last_administrator");
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
    return new Link(type, resourceId, State.ACTIVE, at, accepted, Failure.NONE, now, lookAt);
  }

  /**
   * Something is about to be sent: until its answer is stored nobody knows what the receiver holds,
   * even if the resource soon becomes what it was before.
   *
   * @param until when it may still arrive
   */
  public Link inDoubt(long until) {
    return new Link(type, resourceId, state, remote, Pushed.UNKNOWN, failure, lastOkAt, until);
  }

  /** The same resource, to be looked at then; null for never. */
  public Link lookingAt(Long when) {
    return new Link(type, resourceId, state, remote, pushed, failure, lastOkAt, when);
  }

  /** The receiver has it there; null where it has none. */
  public Link foundAt(Remote there) {
    Remote at = there == null ? Remote.UNKNOWN : there;
    State next = isGone() ? State.CREATING : state;
    return new Link(type, resourceId, next, at, pushed, failure, lastOkAt, lookAt);
  }

  /** The receiver has it in another version than was thought: to be asked. */
  public Link stale() {
    Remote at = new Remote(remoteId(), remoteId() == null ? null : Remote.STALE);
    return new Link(type, resourceId, state, at, pushed, failure, lastOkAt, lookAt);
  }

  /** The receiver has removed it; a create that is late may still bring it back until then. */
  public Link gone(long until) {
    return new Link(
        type,
        resourceId,
        State.GONE,
        Remote.UNKNOWN,
        Pushed.UNKNOWN,
        Failure.NONE,
        lastOkAt,
        until);
  }

  /** Nothing had to be sent. */
  public Link unchanged() {
    return new Link(type, resourceId, State.ACTIVE, remote, pushed, Failure.NONE, lastOkAt, lookAt);
  }

  /**
   * The receiver does not have it where it was thought to be, or not under its name: to be looked
   * up at once.
   *
   * @param status of the answer that said so
   */
  public Link lost(long now, int status) {
    Failure next = failure.again(now, now, false, status, null);
    return new Link(
        type, resourceId, State.CREATING, Remote.UNKNOWN, Pushed.UNKNOWN, next, lastOkAt, lookAt);
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
        lastOkAt,
        lookAt);
  }

  /** Type and id, as logs name the resource. */
  public String name() {
    return type + " " + resourceId;
  }
}
