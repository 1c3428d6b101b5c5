package com.abilian.sbe.scim.client;

import com.abilian.sbe.scim.project.ResourceType;
import com.abilian.sbe.scim.project.ScimResource;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.util.RawValue;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/**
 * The create of one user in a bulk request (RFC 7644 §3.7).
 *
 * @param bulkId by which the answer names it
 * @param json the operation as it is sent
 * @param bytes of it
 */
public record BulkOperation(String bulkId, String json, int bytes) {

  /** Bytes of a bulk request around its operations. */
  public static final int AROUND = 128;

  private static final String REQUEST = "urn:ietf:params:scim:api:messages:2.0:BulkRequest";

  private static final ObjectMapper JSON = new ObjectMapper();

  /**
   * Its {@code bulkId} is the user's {@code externalId}, so that no answer is taken for another's.
   */
  public static BulkOperation create(ScimResource user) {
    String json =
        text(
            Map.of(
                "method",
                "POST",
                "path",
                "/" + ResourceType.USER.endpoint(),
                "bulkId",
                user.externalId(),
                "data",
                user.attributes()));
    // And a comma.
    return new BulkOperation(
        user.externalId(), json, json.getBytes(StandardCharsets.UTF_8).length + 1);
  }

  /** The request that does all of them, whichever of them are refused. */
  static Map<String, Object> request(List<BulkOperation> operations) {
    return Map.of(
        "schemas",
        List.of(REQUEST),
        "Operations",
        operations.stream().map(one -> new RawValue(one.json)).toList());
  }

  private static String text(Object value) {
    try {
      return JSON.writeValueAsString(value);
    } catch (JsonProcessingException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  /** Keeps personal data out of logs. */
  @Override
  public String toString() {
    return "BulkOperation[" + bulkId + "]";
  }
}
