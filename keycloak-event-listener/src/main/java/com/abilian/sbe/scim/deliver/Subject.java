package com.abilian.sbe.scim.deliver;

import com.abilian.sbe.scim.deliver.Delivery.Request;
import com.abilian.sbe.scim.project.Link;
import com.abilian.sbe.scim.project.Link.Remote;
import com.abilian.sbe.scim.project.Loss;
import com.abilian.sbe.scim.project.ResourceType;
import com.abilian.sbe.scim.project.ScimResource;
import java.time.Duration;

/**
 * What a delivery is about, and what is known of it.
 *
 * @param before the link as it is stored; null where no create can have been sent yet
 * @param look what the receiver was found to have; null where it was not asked
 * @param needsLook whether it has to be asked
 * @param now epoch milliseconds
 */
record Subject(
    Task task, ResourceType type, String id, Link before, Look look, boolean needsLook, long now) {

  /**
   * Whatever was sent longer ago has arrived, or never will: the time-outs of client and proxies.
   */
  static final Duration GRACE = Duration.ofSeconds(60);

  static Subject of(Task task, ResourceType type, String id, Link before, Look look, long now) {
    return new Subject(task, type, id, before, look, before != null && before.needsLook(now), now);
  }

  /** The link, with where the receiver was found to have the resource. */
  Link known() {
    if (before == null) {
      return Link.creating(type, id);
    }
    if (look == null) {
      return needsLook ? before.foundAt(unversioned()) : before;
    }
    return look.fault() == null ? before.foundAt(look.found()) : before.foundAt(unversioned());
  }

  /** Nobody may stay in because the receiver could not be asked. */
  private Remote unversioned() {
    return before.remoteId() == null ? null : new Remote(before.remoteId(), null);
  }

  Link inDoubt() {
    return known().inDoubt(now + GRACE.toMillis());
  }

  /** As {@link #inDoubt}, where a user is sent who may log in, or may not. */
  Link inDoubt(boolean active) {
    return active ? inDoubt().maybeActive() : inDoubt();
  }

  /** What is lost where it is removed; null where the receiver does not have it. */
  Loss removal() {
    return known().remoteId() == null ? null : task.loss(Loss.Key.of(type, id), before, now);
  }

  /** What is lost where the user may no longer log in; null where they may not already. */
  Loss deactivation() {
    boolean inactive = known().pushed().inactive() || look != null && look.inactive();
    return inactive ? null : removal();
  }

  /** Whether the receiver had to be asked, and was not or did not answer. */
  boolean isUnknown() {
    return needsLook && (look == null || look.fault() != null);
  }

  boolean fits(ScimResource wanted) {
    return look == null || look.fits(wanted);
  }

  /** Whether the receiver has the resource in the very version that is stored. */
  boolean isAsStored() {
    return look == null
        || look.found() != null
            && look.found().version() != null
            && look.found().equals(before.remote());
  }

  Delivery delivery(Link sent, boolean removal, Request request, AccessUpdate access) {
    boolean settled = look != null && look.settled();
    Long lookAt = before == null || settled ? null : before.lookAt();
    return new Delivery(task, before, sent, lookAt, removal, request, access, null);
  }

  /** Nothing is sent, because nobody knows what the receiver has. */
  Delivery unlooked(boolean removal, AccessUpdate access) {
    if (look == null || look.fault() == null) {
      return new Delivery(task, before, before, before.lookAt(), removal, null, access, null);
    }
    Link sent = before.inDoubt(now + GRACE.toMillis());
    Request request =
        () -> {
          throw look.fault();
        };
    return new Delivery(task, before, sent, before.lookAt(), removal, request, access, null);
  }
}
