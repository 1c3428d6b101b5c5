package com.abilian.sbe.scim.reconcile;

import com.abilian.sbe.scim.project.Link;
import com.abilian.sbe.scim.project.Projection;
import com.abilian.sbe.scim.project.ResourceType;
import com.abilian.sbe.scim.project.ScimResource;
import com.abilian.sbe.scim.store.Run.Action;
import com.abilian.sbe.scim.store.Run.Item;

/**
 * What a run has to do about one resource of Keycloak's, or that a link tells of.
 *
 * @param distrusted the link of a resource that the receiver has otherwise than it was sent, or no
 *     longer: to be stored before it is sent again; null where the link tells the truth
 */
record Finding(Item item, Link distrusted) {

  /** Judges by what was sent, and then by what the receiver's lists tell. */
  static final class Judge implements LocalWalk.Judge<Finding> {

    private final RemoteWalk remote;

    Judge(RemoteWalk remote) {
      this.remote = remote;
    }

    @Override
    public Finding of(ResourceType type, String id, ScimResource wanted, Link link) {
      Difference difference = Difference.of(type, id, wanted, link);
      boolean there = link != null && link.remoteId() != null;
      if (wanted == null || link != null && link.isForeign()) {
        return difference == null ? null : found(Action.DELETE, type, id, link.remoteId());
      }
      if (wanted == Projection.LEFT) {
        return left(difference, link);
      }
      if (!there) {
        String adopted = remote.adoptable(wanted);
        return found(adopted == null ? Action.CREATE : Action.ADOPT, type, id, adopted);
      }
      if (difference != null) {
        return found(change(wanted), type, id, link.remoteId());
      }
      return switch (remote.of(link, wanted)) {
        case SAME -> null;
        case OTHER -> distrusted(change(wanted), link);
        case NOT_SEEN -> distrusted(Action.CREATE, link);
      };
    }

    /** The receiver may have let somebody in again who has left the scope. */
    private Finding left(Difference difference, Link link) {
      if (difference != null) {
        return found(Action.DISABLE, ResourceType.USER, link.resourceId(), link.remoteId());
      }
      boolean other = link.remoteId() != null && remote.isLetIn(link);
      return other ? distrusted(Action.DISABLE, link) : null;
    }

    @Override
    public Finding unfit(String id, boolean enabled, Link link) {
      return Difference.unfit(id, enabled, link) == null || link == null
          ? null
          : found(enabled ? Action.UPDATE : Action.DISABLE, ResourceType.USER, id, link.remoteId());
    }

    private static Action change(ScimResource wanted) {
      return wanted.active() ? Action.UPDATE : Action.DISABLE;
    }

    private static Finding distrusted(Action action, Link link) {
      String there = action == Action.CREATE ? null : link.remoteId();
      return new Finding(new Item(action, link.type(), link.resourceId(), there), link.stale());
    }

    private static Finding found(Action action, ResourceType type, String id, String remoteId) {
      return new Finding(new Item(action, type, id, remoteId), null);
    }
  }
}
