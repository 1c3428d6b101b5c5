package com.abilian.sbe.scim.client;

/** One resource could not be delivered; the others may. */
public final class ResourceFault extends Exception {

  private static final long serialVersionUID = 1L;

  /** Whether and how it is tried again. */
  public enum Kind {
    /** Failed; tried again after a delay. */
    RETRY,
    /** Somebody else holds the name; may end by itself, as when two people swap names. */
    CONFLICT,
    /** Refused as it is; tried again at the next change, a removal after a delay. */
    REFUSED
  }

  private final Kind kind;
  private final Integer status;

  /**
   * @param status null where there was no answer
   * @param reason without personal data
   */
  public ResourceFault(Kind kind, Integer status, String reason) {
    super(reason, null, false, false);
    this.kind = kind;
    this.status = status;
  }

  public Kind kind() {
    return kind;
  }

  public Integer status() {
    return status;
  }
}
