package com.abilian.sbe.scim.reconcile;

import com.abilian.sbe.scim.project.Link;
import com.abilian.sbe.scim.project.LossCause;
import com.abilian.sbe.scim.project.Projection;
import com.abilian.sbe.scim.project.ResourceType;
import com.abilian.sbe.scim.project.ScimResource;
import com.abilian.sbe.scim.store.Mark;
import com.abilian.sbe.scim.store.MarkKind;
import com.abilian.sbe.scim.store.RealmReader.Membership;

/**
 * A resource, or a membership, that is not as it was sent. Two that are equal are the same finding:
 * what comes of the mark for the first one, whether it waits, is refused or under way, is the
 * delivery's business.
 *
 * @param memberId the user whose membership of the group differs; null where the resource does
 * @param wanted hash of what Keycloak has, or whether it has the membership; null where it no
 *     longer has the resource
 * @param pushed hash of what the receiver was sent last; null where that is not known
 * @param lastOkAt when that was
 * @param ends whether somebody loses access by it
 */
public record Difference(
    ResourceType type,
    String resourceId,
    String memberId,
    String wanted,
    String pushed,
    Long lastOkAt,
    boolean ends) {

  /** Tells of each resource that is not as it was sent. */
  static final LocalWalk.Judge<Difference> JUDGE =
      new LocalWalk.Judge<>() {
        @Override
        public Difference of(ResourceType type, String id, ScimResource wanted, Link link) {
          return Difference.of(type, id, wanted, link);
        }

        @Override
        public Difference unfit(String id, boolean enabled, Link link) {
          return Difference.unfit(id, enabled, link);
        }
      };

  /**
   * Null where the receiver holds what Keycloak has, as far as the link tells; where a retry will
   * see to it, or it is removed already; and where only a newer release may judge. Members of
   * groups are left aside.
   *
   * @param wanted null where the receiver should not have the resource; {@link Projection#LEFT} of
   *     a user who has left the scope
   * @param link null where nothing was ever sent
   */
  static Difference of(ResourceType type, String id, ScimResource wanted, Link link) {
    if (link == null) {
      return wanted == null ? null : of(type, id, wanted.hash(), null, false);
    }
    if (link.isForeign()) {
      return null;
    }
    boolean unneeded = wanted == Projection.LEFT && link.remoteId() == null;
    if (wanted == null || unneeded) {
      boolean seenTo = link.isGone() || link.failure().notBefore() != null;
      return seenTo ? null : of(type, id, (String) null, link, true);
    }
    return link.holds(wanted) ? null : of(type, id, wanted.hash(), link, !wanted.active());
  }

  /** A user who cannot be projected. */
  static Difference unfit(String id, boolean enabled, Link link) {
    boolean foreign = link != null && link.isForeign();
    return foreign
        ? null
        : of(
            ResourceType.USER,
            id,
            enabled ? "unfit" : "unfit, disabled",
            link,
            link != null && !enabled);
  }

  /**
   * A membership.
   *
   * @param group the group's link
   * @param joins whether Keycloak has it and the receiver does not; else it is the reverse
   */
  static Difference membership(Membership membership, Link group, boolean joins) {
    return new Difference(
        ResourceType.GROUP,
        membership.groupId(),
        membership.userId(),
        joins ? "in" : "out",
        group.pushed().hash(),
        group.lastOkAt(),
        !joins);
  }

  private static Difference of(
      ResourceType type, String id, String wanted, Link link, boolean ends) {
    return new Difference(
        type,
        id,
        null,
        wanted,
        link == null ? null : link.pushed().hash(),
        link == null ? null : link.lastOkAt(),
        ends);
  }

  /** Whether Keycloak no longer has what the receiver may have. */
  boolean isRemoval() {
    return wanted == null;
  }

  /** The membership that differs; null where the resource does. */
  Membership membership() {
    return memberId == null ? null : new Membership(resourceId, memberId);
  }

  /** Asks for its delivery. */
  public Mark mark(String realmId, String endpointId) {
    MarkKind kind = type == ResourceType.USER ? MarkKind.USER : MarkKind.GROUP;
    return Mark.of(
        realmId,
        endpointId,
        Mark.Priority.LIVE,
        memberId == null ? kind : MarkKind.MEMBER,
        resourceId,
        memberId,
        (Link.LEFT.equals(wanted) ? LossCause.OUT_OF_SCOPE : LossCause.COMPARED).name());
  }
}
