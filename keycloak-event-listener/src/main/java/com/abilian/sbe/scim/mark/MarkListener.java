package com.abilian.sbe.scim.mark;

import java.util.Set;

/** Told after the commit of a transaction in which something was marked. */
public interface MarkListener {

  /** Marks of these endpoints are there to be delivered. */
  void marked(Set<String> endpointIds);

  /** An endpoint was made, changed or removed. */
  void endpointsChanged();

  /** Marks of these endpoints could not be written, and the change went through all the same. */
  void lost(Set<String> endpointIds, RuntimeException cause);
}
