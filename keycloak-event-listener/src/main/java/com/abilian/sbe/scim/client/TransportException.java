package com.abilian.sbe.scim.client;

/** There was no answer. */
final class TransportException extends Exception {

  private static final long serialVersionUID = 1L;

  /** How far the request got. */
  enum Kind {
    /** It was not sent: no connection, no name, no certificate that is trusted. */
    NOT_SENT,
    /** As NOT_SENT, and somebody has to act. */
    UNTRUSTED,
    /** The connection broke: it may have been carried out. */
    BROKEN,
    /** No answer in time: it may have been carried out. */
    TIMED_OUT
  }

  private final Kind kind;

  TransportException(Kind kind, String reason) {
    super(reason, null, false, false);
    this.kind = kind;
  }

  Kind kind() {
    return kind;
  }

  /** Whether the request cannot have reached the receiver. */
  boolean isUnsent() {
    return kind == Kind.NOT_SENT || kind == Kind.UNTRUSTED;
  }
}
