package com.abilian.sbe.scim.client;

import com.abilian.sbe.scim.project.ResourceType;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The answer to a bulk of creates, taken apart into what each would have been answered alone. */
final class BulkResponse {

  private static final Pattern STATUS = Pattern.compile("[1-5]\\d\\d");
  private static final Pattern LOCATION =
      Pattern.compile("(?:.*/)?" + ResourceType.USER.endpoint() + "/([^/?#]+)");

  private final Map<String, ScimAnswer> answers = new HashMap<>();

  private BulkResponse(JsonNode operations) {
    Set<String> twice = new HashSet<>();
    for (JsonNode operation : operations) {
      String bulkId = operation.path("bulkId").asText();
      ScimAnswer answer = answer(operation);
      if (answer != null && answers.put(bulkId, answer) != null) {
        twice.add(bulkId);
      }
    }
    // Nobody knows which of them holds.
    answers.keySet().removeAll(twice);
  }

  /** Null where the body is no BulkResponse. */
  static BulkResponse of(JsonNode body) {
    JsonNode operations = body.path("Operations");
    return operations.isArray() ? new BulkResponse(operations) : null;
  }

  /** What an operation was answered; null where nobody can tell. */
  ScimAnswer answer(BulkOperation operation) {
    return answers.get(operation.bulkId());
  }

  /** Null where it tells no status, or no id of whom it has created. */
  private static ScimAnswer answer(JsonNode operation) {
    JsonNode told = operation.path("status");
    // A draft of the standard has it as an object.
    String status = (told.isObject() ? told.path("code") : told).asText("");
    if (!STATUS.matcher(status).matches()) {
      return null;
    }
    JsonNode response = operation.path("response");
    int code = Integer.parseInt(status);
    if (Verdict.of(code) != Verdict.ACCEPTED) {
      return new ScimAnswer(code, response, null);
    }
    ScimAnswer created =
        new ScimAnswer(code, response.hasNonNull("id") ? response : resource(operation), null);
    return created.id() == null ? null : created;
  }

  /** An answer to a success needs no resource: where it is and its version are told beside it. */
  private static ObjectNode resource(JsonNode operation) {
    ObjectNode resource = JsonNodeFactory.instance.objectNode();
    Matcher location = LOCATION.matcher(operation.path("location").asText(""));
    if (location.matches()) {
      resource.put("id", decoded(location.group(1)));
    }
    if (operation.hasNonNull("version")) {
      resource.putObject("meta").put("version", operation.path("version").asText());
    }
    return resource;
  }

  private static String decoded(String segment) {
    try {
      return URLDecoder.decode(segment.replace("+", "%2B"), StandardCharsets.UTF_8);
    } catch (IllegalArgumentException asItIs) {
      return segment;
    }
  }
}
