package com.abilian.sbe.scim.deliver;

import com.abilian.sbe.scim.client.BulkAnswer;
import com.abilian.sbe.scim.client.EndpointFault;
import com.abilian.sbe.scim.client.ResourceFault;
import com.abilian.sbe.scim.project.ScimResource;

/**
 * The create of a user of whom nothing was sent before: it may go in one request with others.
 *
 * @param conclusion what follows from its answer, as where it had gone alone
 */
record Creation(ScimResource wanted, Conclusion conclusion) {

  /** What follows from an answer. */
  @FunctionalInterface
  interface Conclusion {
    Outcome of(BulkAnswer answer) throws EndpointFault, ResourceFault, InterruptedException;
  }
}
