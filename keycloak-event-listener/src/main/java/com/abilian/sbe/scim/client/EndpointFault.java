package com.abilian.sbe.scim.client;

import java.time.Duration;

/** Nothing can be delivered to this endpoint for now, whatever the resource. */
public final class EndpointFault extends Exception {

  private static final long serialVersionUID = 1L;

  /** The code where a token endpoint gives no token. */
  public static final String TOKEN_REFUSED = "token_refused";

  private final boolean needsOperator;
  private final transient Duration retryAfter;
  private final String code;
  private final Integer status;

  /**
   * @param needsOperator whether somebody has to act (credentials, address, certificate)
   * @param retryAfter what the receiver asked for, or null
   */
  public EndpointFault(boolean needsOperator, String reason, Duration retryAfter) {
    this(needsOperator, reason, retryAfter, "", null);
  }

  private EndpointFault(
      boolean needsOperator, String reason, Duration retryAfter, String code, Integer status) {
    super(reason, null, false, false);
    this.needsOperator = needsOperator;
    this.retryAfter = retryAfter;
    this.code = code;
    this.status = status;
  }

  /**
   * @param code the receiver's own for why it refuses the token
   */
  static EndpointFault ofToken(String reason, String code) {
    return new EndpointFault(true, reason, null, code, null);
  }

  /** Met where an access token was asked for. */
  static EndpointFault ofTokenEndpoint(boolean needsOperator, String reason, Duration retryAfter) {
    return new EndpointFault(needsOperator, reason, retryAfter, TOKEN_REFUSED, null);
  }

  /**
   * Met by a request about one resource.
   *
   * @param status of the answer
   */
  public static EndpointFault answered(
      boolean needsOperator, String reason, Duration retryAfter, int status) {
    return new EndpointFault(needsOperator, reason, retryAfter, "", status);
  }

  public boolean needsOperator() {
    return needsOperator;
  }

  public Duration retryAfter() {
    return retryAfter;
  }

  /**
   * The receiver's code for why it refuses the token, or {@link #TOKEN_REFUSED}; empty where there
   * is none.
   */
  public String code() {
    return code;
  }

  /** What a request about one resource was answered; null where none was. */
  public Integer status() {
    return status;
  }
}
