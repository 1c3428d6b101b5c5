package com.abilian.sbe.scim.mark;

import java.util.Set;

/** Is told after the commit of a transaction that wrote marks or changed endpoints. */
public interface MarkListener {

  /** There are new marks for these endpoints. */
  void marked(Set<String> endpointIds);

  /** An endpoint was made, changed or removed. */
  void endpointsChanged();

  /** Marks for these endpoints could not be written, although the change was committed. */
  void lost(Set<String> endpointIds, RuntimeException cause);
}
