package com.abilian.sbe.scim.deliver;

import com.abilian.sbe.scim.project.Link;
import com.abilian.sbe.scim.project.ResourceType;

/** One of the realm's users or groups. */
record ResourceKey(ResourceType type, String id) {

  static ResourceKey of(Link link) {
    return new ResourceKey(link.type(), link.resourceId());
  }

  /** Type and id, as logs name the resource. */
  @Override
  public String toString() {
    return type + " " + id;
  }
}
