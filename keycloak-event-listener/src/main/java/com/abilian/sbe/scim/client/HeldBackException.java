package com.abilian.sbe.scim.client;

/** Nothing may be sent now: another node may deliver. */
public final class HeldBackException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  HeldBackException() {
    super("nothing may be sent now");
  }
}
