package com.abilian.sbe.scim.project;

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
    LinkState state,
    Remote remote,
    Pushed pushed,
    LinkFailure failure,
    Long lastOkAt,
    Long lookAt) {

  /** {@code pushed.hash} of users who have left the scope. */
  public static final String LEFT = Projection.LEFT.hash();

  /** The error of users of whom nothing is sent, since the loss of who has their name is held. */
  public static final String OTHER_ID = "the receiver has this user name under another id";

  private static final int CONFLICT = 409;

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

    /** The same resource, in another version than was thought, which is to be asked for. */
    public Remote stale() {
      return new Remote(id, id == null ? null : STALE);
    }

    private boolean isStale() {
      return STALE.equals(version);
    }
  }

  /**
   * What the receiver accepted last.
   *
   * @param hash of the attributes without members; null where unknown
   * @param inactive whether it has the user as one who may not log in, as far as is known
   */
  public record Pushed(String hash, boolean inactive) {

    /** Something was sent whose answer is not known: the receiver may hold anything. */
    public static final Pushed UNKNOWN = new Pushed(null);

    /** Of a group, or of a user who may log in. */
    public Pushed(String hash) {
      this(hash, false);
    }

    public static Pushed of(ScimResource accepted) {
      return new Pushed(accepted.hash(), !accepted.active());
    }

    /** The receiver may have the rest otherwise by now. */
    public Pushed inDoubt() {
      return new Pushed(null, inactive);
    }
  }

  /** Of a resource for which nothing was sent yet. */
  public static Link creating(ResourceType type, String resourceId) {
    return new Link(
        type,
        resourceId,
        LinkState.CREATING,
        Remote.UNKNOWN,
        Pushed.UNKNOWN,
        LinkFailure.NONE,
        null,
        null);
  }

  /** Left to a newer release, which may have a reason to hold this resource back. */
  public boolean isForeign() {
    return state == LinkState.FOREIGN;
  }

  /** Removed, and kept until it was looked for once more. */
  public boolean isGone() {
    return state == LinkState.GONE;
  }

  /** The receiver has accepted that the user left the scope, and was told nothing since. */
  public boolean hasLeft() {
    return LEFT.equals(pushed.hash());
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
    return state == LinkState.CREATING && attempts() == 0;
  }

  /** The id at the receiver; null until it has told it. */
  public String remoteId() {
    return remote.id();
  }

  /** Refused because another resource has its name, or its address. */
  public boolean isNameTaken() {
    return state == LinkState.PARKED
        && Integer.valueOf(CONFLICT).equals(failure.status())
        && !String.valueOf(failure.error()).endsWith("last_administrator");
  }

  /** How many attempts failed in a row. */
  public int attempts() {
    return failure.attempts();
  }

  /** Whether the receiver holds this, as far as we know; members of groups are left aside. */
  public boolean holds(ScimResource wanted) {
    return remoteId() != null && holdsAttributes(wanted);
  }

  /** As {@link #holds}, wherever it is. */
  public boolean holdsAttributes(ScimResource wanted) {
    return wanted.hash().equals(pushed.hash());
  }

  /** The receiver accepted {@code accepted}, and calls the resource {@code at}. */
  public Link pushed(Remote at, Pushed accepted, long now) {
    return new Link(
        type, resourceId, LinkState.ACTIVE, at, accepted, LinkFailure.NONE, now, lookAt);
  }

  /**
   * Something is about to be sent: until its answer is stored nobody knows what the receiver holds,
   * even if the resource soon becomes what it was before.
   *
   * @param until when it may still arrive
   */
  public Link inDoubt(long until) {
    return new Link(type, resourceId, state, remote, pushed.inDoubt(), failure, lastOkAt, until);
  }

  /** The receiver may have let the user in. */
  public Link maybeActive() {
    Pushed active = new Pushed(pushed.hash());
    return new Link(type, resourceId, state, remote, active, failure, lastOkAt, lookAt);
  }

  /**
   * What it is to lose is held: it is tried no more until somebody says so, and looked at before
   * anything else is sent.
   */
  public Link held() {
    LinkFailure waiting = failure.waiting();
    return waiting.equals(failure) && lookAt == null
        ? this
        : new Link(type, resourceId, state, remote, pushed, waiting, lastOkAt, null).stale();
  }

  /** The same resource, to be looked at then; null for never. */
  public Link lookingAt(Long when) {
    return new Link(type, resourceId, state, remote, pushed, failure, lastOkAt, when);
  }

  /** The receiver has it there; null where it has none. */
  public Link foundAt(Remote there) {
    Remote at = there == null ? Remote.UNKNOWN : there;
    LinkState next = isGone() ? LinkState.CREATING : state;
    return new Link(type, resourceId, next, at, pushed, failure, lastOkAt, lookAt);
  }

  /** The receiver has it in another version than was thought: to be asked. */
  public Link stale() {
    return new Link(type, resourceId, state, remote.stale(), pushed, failure, lastOkAt, lookAt);
  }

  /**
   * Deactivated at the receiver, and kept: Keycloak no longer has the user, and may have the same
   * person again.
   */
  public Link suspended(Remote there, long now) {
    return new Link(
        type,
        resourceId,
        LinkState.GONE,
        there,
        new Pushed(null, true),
        LinkFailure.NONE,
        now,
        null);
  }

  /** Whether it was {@link #suspended}. */
  public boolean isSuspended() {
    return isGone() && remoteId() != null;
  }

  /** Left as it is: whatever was to be tried again or looked at is not. */
  public Link left() {
    return new Link(type, resourceId, state, remote, pushed, LinkFailure.NONE, lastOkAt, null);
  }

  /** What the receiver has of the same person, whom Keycloak has under this id by now. */
  public Link passedTo(String newId) {
    return new Link(
        type, newId, LinkState.ACTIVE, remote, pushed.inDoubt(), LinkFailure.NONE, lastOkAt, null);
  }

  /** The receiver has removed it; a create that is late may still bring it back until then. */
  public Link gone(long until) {
    return new Link(
        type,
        resourceId,
        LinkState.GONE,
        Remote.UNKNOWN,
        Pushed.UNKNOWN,
        LinkFailure.NONE,
        lastOkAt,
        until);
  }

  /** Nothing had to be sent. */
  public Link unchanged() {
    return new Link(
        type, resourceId, LinkState.ACTIVE, remote, pushed, LinkFailure.NONE, lastOkAt, lookAt);
  }

  /**
   * The receiver does not have it where it was thought to be, or not under its name: to be looked
   * up at once.
   *
   * @param status of the answer that said so
   */
  public Link lost(long now, int status) {
    LinkFailure next = failure.again(now, now, false, status, null);
    return new Link(
        type,
        resourceId,
        LinkState.CREATING,
        Remote.UNKNOWN,
        Pushed.UNKNOWN,
        next,
        lastOkAt,
        lookAt);
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
    LinkState next = remoteId() == null ? LinkState.CREATING : LinkState.ACTIVE;
    return new Link(
        type,
        resourceId,
        park ? LinkState.PARKED : next,
        remote,
        pushed.inDoubt(),
        failure.again(retryAt, since, stillIn, status, error),
        lastOkAt,
        lookAt);
  }

  /** Another resource has its name, whose loss is held: tried no more until that is decided. */
  public Link waitingForName(long since) {
    return failed(true, null, since, false, CONFLICT, OTHER_ID);
  }

  /** Type and id, as logs name the resource. */
  public String name() {
    return type + " " + resourceId;
  }
}
