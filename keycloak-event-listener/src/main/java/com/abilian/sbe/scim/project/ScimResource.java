package com.abilian.sbe.scim.project;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A SCIM resource as the receiver should hold it. {@code attributes} is its JSON object without
 * members; {@code members} are remote ids, empty for users.
 */
public record ScimResource(
    ResourceType type, Map<String, Object> attributes, List<String> members) {

  public String externalId() {
    return (String) attributes.get("externalId");
  }

  /** The value of {@code userName} or {@code displayName}. */
  public String key() {
    return (String) attributes.get(type.key());
  }

  /** Whether a user may log in. */
  public boolean active() {
    return !Boolean.FALSE.equals(attributes.get("active"));
  }

  /** The whole JSON object, with the given part of the members. */
  public Map<String, Object> body(List<String> part) {
    if (type == ResourceType.USER) {
      return attributes;
    }
    Map<String, Object> body = new LinkedHashMap<>(attributes);
    body.put("members", references(part));
    return body;
  }

  /** SHA-256, hex, of the attributes without members. */
  public String hash() {
    return Fingerprint.of(attributes);
  }

  public static List<Map<String, String>> references(List<String> ids) {
    return ids.stream().map(id -> Map.of("value", id)).toList();
  }

  /** Keeps personal data out of logs. */
  @Override
  public String toString() {
    return "ScimResource[" + type + " " + externalId() + "]";
  }
}
