package com.abilian.sbe.scim.deliver;

import com.abilian.sbe.scim.client.EndpointFault;
import com.abilian.sbe.scim.client.ResourceFault;
import com.abilian.sbe.scim.client.Verdict;

/**
 * The part of a resource that decides who has access: {@code active} and the roles of a user, the
 * members of a group. It is sent alone where the receiver refuses the rest, so that no name,
 * address or size keeps a leaver in.
 *
 * @param there the resource at the receiver, as the whole of it is sent to; null where the receiver
 *     cannot have it yet
 * @param revokes whether it takes access away
 */
record AccessUpdate(RemoteResource there, boolean revokes, Exchange exchange) {

  /** Of a resource that the receiver cannot have yet. */
  static final AccessUpdate NONE = new AccessUpdate(null, false, () -> Result.DONE);

  /** Sends it. */
  @FunctionalInterface
  interface Exchange {
    Result run() throws EndpointFault, InterruptedException;
  }

  /**
   * What became of it.
   *
   * @param revoking why access was not taken away; null where it was, or nobody has to lose any
   * @param granting why the rest did not arrive; null where it did
   */
  record Result(ResourceFault revoking, ResourceFault granting) {

    static final Result DONE = new Result(null, null);

    boolean isDone() {
      return revoking == null && granting == null;
    }

    boolean isNotFound() {
      return isNotFound(revoking) || isNotFound(granting);
    }

    private static boolean isNotFound(ResourceFault fault) {
      return fault != null
          && fault.status() != null
          && Verdict.of(fault.status()) == Verdict.NOT_FOUND;
    }
  }
}
