package com.abilian.sbe.scim.client;

/** What an answer's status means for the delivery (RFC 7644 §3.12, RFC 9110 §15). */
public enum Verdict {
  ACCEPTED,
  NOT_FOUND,
  CONFLICT,
  /** This resource is refused as it is; sending it again changes nothing. */
  REFUSED,
  /** This resource failed; later it may not. */
  RETRY_RESOURCE,
  /** The receiver asks for a pause. */
  RETRY_ENDPOINT,
  /** The receiver refuses everything until somebody acts. */
  PAUSE_ENDPOINT;

  /**
   * Whether the answer comes from where the request was carried out or refused: what a proxy says
   * of a server behind it leaves open whether it still arrives there.
   */
  static boolean isClear(int status) {
    return status != 408 && status != 425 && (status < 500 || status == 501);
  }

  public static Verdict of(int status) {
    if (status >= 200 && status < 300) {
      return ACCEPTED;
    }
    if (status < 400) {
      return PAUSE_ENDPOINT;
    }
    return switch (status) {
      case 401, 403, 407 -> PAUSE_ENDPOINT;
      case 404, 410 -> NOT_FOUND;
      case 408, 412, 425 -> RETRY_RESOURCE;
      case 409 -> CONFLICT;
      case 429, 503 -> RETRY_ENDPOINT;
      default -> status < 500 ? REFUSED : RETRY_RESOURCE;
    };
  }
}
