package com.abilian.sbe.scim.client;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;

/**
 * An answer of the receiver.
 *
 * @param body a missing node where there is none or it is no JSON
 * @param retryAfter null where the receiver did not say
 */
public record ScimAnswer(int status, JsonNode body, Duration retryAfter) {

  private static final int DETAIL_LENGTH = 200;

  /** The resource's id, or null. */
  public String id() {
    return body.path("id").asText(null);
  }

  /** The resource's {@code meta.version}, or null. */
  public String version() {
    return body.path("meta").path("version").asText(null);
  }

  /**
   * Status and SCIM error type: what may be stored and logged. The text of an error may quote a
   * name or an address.
   */
  public String summary() {
    String type = body.path("scimType").asText("");
    return type.matches("[A-Za-z]{1,32}") ? status + " " + type : Integer.toString(status);
  }

  /** The error's text, without control characters; only for errors that are about the token. */
  public String detail() {
    String detail = body.path("detail").asText("").replaceAll("\\p{Cntrl}", " ").trim();
    return detail.length() <= DETAIL_LENGTH ? detail : detail.substring(0, DETAIL_LENGTH);
  }

  /** Keeps people out of logs. */
  @Override
  public String toString() {
    return "ScimAnswer[" + summary() + "]";
  }
}
