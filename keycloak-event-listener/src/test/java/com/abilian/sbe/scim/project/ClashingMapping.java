package com.abilian.sbe.scim.project;

import com.abilian.sbe.scim.project.AttributeMapping.Entry;
import java.util.List;

/** A mapping that validation would refuse: who has both attributes cannot be projected. */
public final class ClashingMapping {

  private ClashingMapping() {}

  public static UserMapping of(String attribute, String other) {
    return UserMapping.of(
        new AttributeMapping(
            List.of(
                new Entry(attribute, ScimPath.parse("x")),
                new Entry(other, ScimPath.parse("x.y")))));
  }
}
