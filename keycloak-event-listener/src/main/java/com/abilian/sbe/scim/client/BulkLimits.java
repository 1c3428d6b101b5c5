package com.abilian.sbe.scim.client;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * What one bulk request to a receiver may hold (RFC 7643 §5).
 *
 * @param operations at most
 * @param bytes of its body, at most
 */
public record BulkLimits(int operations, long bytes) {

  /** Of a receiver that takes no bulks. */
  public static final BulkLimits NONE = new BulkLimits(0, 0);

  /** As a ServiceProviderConfig tells them. */
  static BulkLimits of(JsonNode configuration) {
    JsonNode bulk = configuration.path("bulk");
    return bulk.path("supported").asBoolean()
        ? new BulkLimits(bulk.path("maxOperations").asInt(), bulk.path("maxPayloadSize").asLong())
        : NONE;
  }
}
