package com.abilian.sbe.scim.client;

import java.time.Duration;

/** Nothing can be delivered to this endpoint for now, whatever the resource. */
public final class EndpointFault extends Exception {

  private static final long serialVersionUID = 1L;

  private final boolean needsOperator;
  private final transient Duration retryAfter;
  private final String code;

  /**
   * @param needsOperator whether somebody has to act (credentials, address, certificate)
   * @param retryAfter what the receiver asked for, or null
   */
  public EndpointFault(boolean needsOperator, String reason, Duration retryAfter) {
    this(needsOperator, reason, retryAfter, "");
  }

  private EndpointFault(boolean needsOperator, String reason, Duration retryAfter, String code) {
    super(reason, null, false, false);
    this.needsOperator = needsOperator;
    this.retryAfter = retryAfter;
    this.code = code;
  }

  /**
   * @param code the receiver's own for why it refuses the token
   */
  static EndpointFault ofToken(String reason, String code) {
    return new EndpointFault(true, reason, null, code);
  }

  public boolean needsOperator() {
    return needsOperator;
  }

  public Duration retryAfter() {
    return retryAfter;
  }

  /** The receiver's code for why it refuses the token; empty where it gave none. */
  public String code() {
    return code;
  }
}
