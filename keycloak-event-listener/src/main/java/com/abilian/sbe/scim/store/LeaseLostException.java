package com.abilian.sbe.scim.store;

/** This node no longer holds the endpoint's lease: another may deliver, and nothing was changed. */
public final class LeaseLostException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  LeaseLostException(String endpointId) {
    super("the lease of endpoint " + endpointId + " is lost");
  }
}
