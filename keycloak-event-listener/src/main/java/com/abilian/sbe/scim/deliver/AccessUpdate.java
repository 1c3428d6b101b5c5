package com.abilian.sbe.scim.deliver;

import com.abilian.sbe.scim.client.EndpointFault;
import com.abilian.sbe.scim.client.ResourceFault;
import com.abilian.sbe.scim.client.Verdict;

/**
 * What of a resource has to arrive even where the receiver refuses the rest of it: {@code active}
 * of a user, the members of a group. It is sent alone then, so that no name, address or size keeps
 * a leaver in.
 *
 * @param leaving whether it takes access away
 */
record AccessUpdate(boolean leaving, Exchange exchange) {

  /** Of a resource that the receiver cannot have yet. */
  static final AccessUpdate NONE = new AccessUpdate(false, () -> Arrived.ALL);

  /** Sends it. */
  @FunctionalInterface
  interface Exchange {
    Arrived run() throws EndpointFault, InterruptedException;
  }

  /**
   * What became of it.
   *
   * @param leaver why somebody who left is still in; null where nobody is
   * @param joiner why the rest did not arrive; null where it did
   */
  record Arrived(ResourceFault leaver, ResourceFault joiner) {

    static final Arrived ALL = new Arrived(null, null);

    boolean all() {
      return leaver == null && joiner == null;
    }

    boolean isNotFound() {
      return isNotFound(leaver) || isNotFound(joiner);
    }

    private static boolean isNotFound(ResourceFault fault) {
      return fault != null
          && fault.status() != null
          && Verdict.of(fault.status()) == Verdict.NOT_FOUND;
    }
  }
}
