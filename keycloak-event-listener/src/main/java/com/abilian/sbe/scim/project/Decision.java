package com.abilian.sbe.scim.project;

import com.abilian.sbe.scim.project.ProvisioningScope.Leaving;
import com.abilian.sbe.scim.project.ProvisioningScope.Verdict;
import java.util.Set;

/**
 * What to do about one resource, from what Keycloak has and what the receiver is known to hold. It
 * knows neither time nor failures: when to do it, and what becomes of it, others say.
 */
public enum Decision {
  /** Create the resource at the receiver, or replace it as a whole; a user may be deactivated. */
  SEND,
  /** Send a group's name and the memberships that changed: the others are as they should be. */
  SEND_CHANGES,
  /** Send nothing: the receiver holds the resource as it should be. */
  KEEP,
  /** Take a user's access away, and send nothing else: the user has left the scope. */
  DEACTIVATE,
  /** Remove the resource from the receiver: Keycloak no longer has it, or it has left the scope. */
  REMOVE,
  /** Nothing to do: neither Keycloak nor the receiver has the resource. */
  NOTHING,
  /** Leave the resource to a newer release, which has stored what this one does not know. */
  LEAVE;

  /**
   * By whether the resource is there at all.
   *
   * @param present whether Keycloak has it
   * @param link null where nothing was ever sent
   * @return SEND, REMOVE, NOTHING or LEAVE
   */
  public static Decision onPresence(boolean present, Link link) {
    if (link != null && link.isForeign()) {
      return LEAVE;
    }
    if (present) {
      return SEND;
    }
    return link == null ? NOTHING : REMOVE;
  }

  /**
   * By whether the user is there, and in scope.
   *
   * @param verdict null where Keycloak does not have the user
   * @param link null where nothing was ever sent
   * @return SEND, DEACTIVATE, REMOVE, NOTHING or LEAVE
   */
  public static Decision onScope(Verdict verdict, Leaving leaving, Link link) {
    Decision decision = onPresence(verdict != null && verdict.holds(link), link);
    if (verdict == null || decision != REMOVE) {
      return decision;
    }
    boolean keeps = verdict == Verdict.UNKNOWN ? !link.isGone() : leaving == Leaving.DEACTIVATE;
    return keeps ? DEACTIVATE : REMOVE;
  }

  /**
   * By how the whole resource should be.
   *
   * @param link null where nothing was ever sent
   * @param held the members that the receiver holds, as remote ids; none for a user
   * @return SEND or KEEP
   */
  public static Decision onState(ScimResource wanted, Link link, Set<String> held) {
    boolean same = link != null && link.holds(wanted) && held.equals(Set.copyOf(wanted.members()));
    return same ? KEEP : SEND;
  }

  /**
   * By the changes of a group that the receiver has.
   *
   * @param wanted the group; its members do not count
   * @param memberships whether there are joins or leaves to send
   * @return SEND_CHANGES or KEEP
   */
  public static Decision onChanges(ScimResource wanted, Link link, boolean memberships) {
    return memberships || !link.holdsAttributes(wanted) ? SEND_CHANGES : KEEP;
  }

  /**
   * Whether a group must be sent whole although only changes of it are known: the receiver does not
   * have it, or what was sent of it is in doubt; or an attempt failed, whose marks are gone, so
   * that only the whole holds every change.
   *
   * @param link null where nothing was ever sent
   * @param now epoch milliseconds
   */
  public static boolean needsWhole(Link link, long now) {
    return link == null
        || link.remoteId() == null
        || link.attempts() > 0
        || link.lookAt() != null && link.needsLook(now);
  }
}
