package com.abilian.sbe.scim.reconcile;

import com.abilian.sbe.scim.project.Link;
import com.abilian.sbe.scim.project.ResourceType;
import com.abilian.sbe.scim.project.ScimResource;

/**
 * A resource that is not as it was sent. Two that are equal are the same finding: what comes of the
 * mark for the first one, whether it waits, is refused or under way, is the delivery's business.
 *
 * @param wanted hash of what Keycloak has; null where it no longer has the resource
 * @param pushed hash of what the receiver was sent last; null where that is not known
 * @param lastOkAt when that was
 * @param ends whether somebody loses access by it
 */
record Difference(
    ResourceType type,
    String resourceId,
    String wanted,
    String pushed,
    Long lastOkAt,
    boolean ends) {

  /**
   * Null where the receiver holds what Keycloak has, as far as the link tells; where a retry will
   * see to it, or it is removed already; and where only a newer release may judge. Members of
   * groups are left aside: which of them the receiver has is not always known.
   *
   * @param wanted null where Keycloak does not have the resource
   * @param link null where nothing was ever sent
   */
  static Difference of(ResourceType type, String id, ScimResource wanted, Link link) {
    if (link == null) {
      return wanted == null ? null : new Difference(type, id, wanted.hash(), null, null, false);
    }
    if (link.isForeign()) {
      return null;
    }
    if (wanted == null) {
      boolean seenTo = link.isGone() || link.failure().notBefore() != null;
      return seenTo
          ? null
          : new Difference(type, id, null, link.pushed().hash(), link.lastOkAt(), true);
    }
    return link.remoteId() != null && link.holdsAttributes(wanted)
        ? null
        : new Difference(
            type, id, wanted.hash(), link.pushed().hash(), link.lastOkAt(), !wanted.active());
  }

  /** A user who cannot be projected. */
  static Difference unfit(String id, boolean enabled, Link link) {
    boolean foreign = link != null && link.isForeign();
    return foreign
        ? null
        : new Difference(
            ResourceType.USER,
            id,
            enabled ? "unfit" : "unfit, disabled",
            link == null ? null : link.pushed().hash(),
            link == null ? null : link.lastOkAt(),
            link != null && !enabled);
  }

  /** Whether Keycloak no longer has what the receiver may have. */
  boolean isRemoval() {
    return wanted == null;
  }
}
