package com.abilian.sbe.scim.client;

/** A create was sent and no answer came: it may have been carried out. */
public final class UnclearException extends Exception {

  private static final long serialVersionUID = 1L;

  UnclearException(String reason) {
    super(reason, null, false, false);
  }
}
