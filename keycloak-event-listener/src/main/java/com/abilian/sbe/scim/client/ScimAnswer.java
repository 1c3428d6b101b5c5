package com.abilian.sbe.scim.client;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.Set;

/**
 * An answer of the receiver.
 *
 * @param body a missing node where there is none, a null node where it is no JSON
 * @param retryAfter null where the receiver did not say
 * @param etag the version as the header tells it; null where it does not
 */
public record ScimAnswer(int status, JsonNode body, Duration retryAfter, String etag) {

  /** RFC 7644 §3.12, RFC 9865 §4.1; a text that a receiver made up is not passed on. */
  private static final Set<String> ERROR_TYPES =
      Set.of(
          "invalidFilter",
          "tooMany",
          "uniqueness",
          "mutability",
          "invalidSyntax",
          "invalidPath",
          "noTarget",
          "invalidValue",
          "invalidVers",
          "sensitive",
          "invalidCursor",
          "expiredCursor",
          "invalidCount");

  private static final int DETAIL_LENGTH = 200;

  private static final String LAST_ADMINISTRATOR = "last_administrator";

  private static final String HELD = "held";

  /** Our tables have room for so much of a text that the receiver made up. */
  private static final int KEPT_LENGTH = 255;

  /**
   * Whether the body is none that a SCIM service gives (RFC 7644 §3): a web page, a part of JSON.
   * It is then not known who answered, and whether the request was carried out.
   */
  boolean isNoScim() {
    return !body.isMissingNode() && !body.isObject();
  }

  /** The resource's id, or null. */
  public String id() {
    return id(body);
  }

  /** The id of a resource in an answer; null where there is none, or none that can be kept. */
  public static String id(JsonNode resource) {
    return kept(resource.path("id"));
  }

  /** An answer without a header that tells the version. */
  public ScimAnswer(int status, JsonNode body, Duration retryAfter) {
    this(status, body, retryAfter, null);
  }

  /** The resource's version; null where none is told, or none that can be kept. */
  public String version() {
    String told = version(body);
    return told == null && etag != null ? kept(etag) : told;
  }

  /** A resource's {@code meta.version}; null where there is none, or none that can be kept. */
  public static String version(JsonNode resource) {
    return kept(resource.path("meta").path("version"));
  }

  static String kept(JsonNode value) {
    return kept(value.asText(""));
  }

  private static String kept(String text) {
    boolean fits = text.length() <= KEPT_LENGTH && text.indexOf('\0') < 0;
    return fits && !text.isEmpty() ? text : null;
  }

  /**
   * Status, SCIM error type and reason: what may be stored and logged. The text of an error may
   * quote a name or an address.
   */
  public String summary() {
    String type = body.path("scimType").asText("");
    String typed = ERROR_TYPES.contains(type) ? status + " " + type : Integer.toString(status);
    return isLastAdministrator() || isHeld() ? typed + " " + reason() : typed;
  }

  /**
   * The code by which a receiver of this project tells why it refuses; empty where it tells none.
   */
  public String reason() {
    String code = body.path("reason").asText("");
    return code.matches("[a-z_]{1,40}") ? code : "";
  }

  /** Whether the receiver refuses because nobody else could administer it. */
  public boolean isLastAdministrator() {
    return status == 409 && reason().equals(LAST_ADMINISTRATOR);
  }

  /**
   * Whether the receiver keeps what would take access away until one of its operators releases it:
   * of this resource alone, and nothing was carried out.
   */
  public boolean isHeld() {
    return status == 503 && reason().equals(HELD);
  }

  /** What it means for the delivery. */
  Verdict verdict() {
    return isHeld() ? Verdict.REFUSED : Verdict.of(status);
  }

  /** The error's text, without control characters; only for errors that are about the token. */
  public String detail() {
    String detail = body.path("detail").asText("").replaceAll("\\p{Cntrl}", " ").trim();
    return detail.length() <= DETAIL_LENGTH ? detail : detail.substring(0, DETAIL_LENGTH);
  }

  /** Keeps personal data out of logs. */
  @Override
  public String toString() {
    return "ScimAnswer[" + summary() + "]";
  }
}
