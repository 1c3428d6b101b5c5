package com.abilian.sbe.scim.endpoint;

/** A configuration value is malformed; the message names the key and says what to give instead. */
public final class InvalidEndpointException extends Exception {

  private static final long serialVersionUID = 1L;

  InvalidEndpointException(String key, String advice) {
    super(key + ": " + advice);
  }
}
