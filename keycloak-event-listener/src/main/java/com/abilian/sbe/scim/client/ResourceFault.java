package com.abilian.sbe.scim.client;

import com.abilian.sbe.scim.project.ResourceType;
import java.time.Duration;

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
    REFUSED,
    /** Nobody else could administer the receiver: somebody has to name another one there. */
    LAST_ADMINISTRATOR,
    /** So many would lose access that somebody has to release it at the receiver. */
    HELD
  }

  private final Kind kind;
  private final Integer status;
  private final transient Duration retryAfter;

  /**
   * @param status null where there was no answer
   * @param reason without personal data
   */
  public ResourceFault(Kind kind, Integer status, String reason) {
    this(kind, status, reason, null);
  }

  private ResourceFault(Kind kind, Integer status, String reason, Duration retryAfter) {
    super(reason, null, false, false);
    this.kind = kind;
    this.status = status;
    this.retryAfter = retryAfter;
  }

  /** Refused by an answer that means so whatever it is about. */
  static ResourceFault refused(ScimAnswer answer, String reason) {
    Kind kind = answer.isHeld() ? Kind.HELD : Kind.REFUSED;
    return new ResourceFault(kind, answer.status(), reason, answer.retryAfter());
  }

  /**
   * What an answer that is no success means for the resource that it is about.
   *
   * @param answer with verdict NOT_FOUND or CONFLICT, or a success that cannot be one
   */
  public static ResourceFault of(String method, ResourceType type, ScimAnswer answer) {
    String said = method + " " + type.endpoint() + " answered " + answer.summary();
    Kind kind =
        switch (Verdict.of(answer.status())) {
          case CONFLICT -> answer.isLastAdministrator() ? Kind.LAST_ADMINISTRATOR : Kind.CONFLICT;
          case NOT_FOUND -> Kind.RETRY;
          default -> Kind.REFUSED;
        };
    return new ResourceFault(kind, answer.status(), said);
  }

  public Kind kind() {
    return kind;
  }

  public Integer status() {
    return status;
  }

  /** What the receiver asked for; null where it did not. */
  public Duration retryAfter() {
    return retryAfter;
  }

  /** Whether the receiver has the resource in another version than the request named. */
  public boolean isOfVersion() {
    return Integer.valueOf(412).equals(status);
  }

  /** Whether the receiver takes no body as large as this one. */
  public boolean isTooLarge() {
    return Integer.valueOf(413).equals(status);
  }
}
