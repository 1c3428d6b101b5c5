package com.abilian.sbe.scim.client;

import java.time.Duration;

/** Nothing can be delivered to this endpoint for now, whatever the resource. */
public final class EndpointFault extends Exception {

  private static final long serialVersionUID = 1L;

  private final boolean needsOperator;
  private final transient Duration retryAfter;

  /**
   * @param needsOperator whether somebody has to act (credentials, address, certificate)
   * @param retryAfter what the receiver asked for, or null
   */
  public EndpointFault(boolean needsOperator, String reason, Duration retryAfter) {
    super(reason, null, false, false);
    this.needsOperator = needsOperator;
    this.retryAfter = retryAfter;
  }

  public boolean needsOperator() {
    return needsOperator;
  }

  public Duration retryAfter() {
    return retryAfter;
  }
}
