package com.abilian.sbe.scim.deliver;

import com.abilian.sbe.scim.client.EndpointFault;
import com.abilian.sbe.scim.client.ResourceFault;
import com.abilian.sbe.scim.client.ScimAnswer;
import com.abilian.sbe.scim.client.ScimClient;
import com.abilian.sbe.scim.project.ResourceType;
import com.abilian.sbe.scim.project.ScimResource;
import com.fasterxml.jackson.databind.JsonNode;

/** Asks the receiver for the id of a resource. */
final class RemoteLookup {

  private final ScimClient client;

  RemoteLookup(ScimClient client) {
    this.client = client;
  }

  /**
   * The id of a resource that is ours or has no owner, never one that belongs to somebody else;
   * null if there is none.
   */
  String adoptable(ScimResource wanted) throws EndpointFault, ResourceFault, InterruptedException {
    String ours = ours(wanted.type(), wanted.externalId());
    if (ours != null) {
      return ours;
    }
    String key = wanted.type().key();
    for (JsonNode candidate : client.find(wanted.type(), key, wanted.key())) {
      if (wanted.key().equalsIgnoreCase(candidate.path(key).asText())
          && candidate.path("externalId").asText("").isEmpty()) {
        return ScimAnswer.id(candidate);
      }
    }
    return null;
  }

  /**
   * The id of the resource with this {@code externalId}, or null. A receiver may ignore the filter:
   * what it answers is compared.
   */
  String ours(ResourceType type, String externalId)
      throws EndpointFault, ResourceFault, InterruptedException {
    for (JsonNode candidate : client.find(type, "externalId", externalId)) {
      if (externalId.equals(candidate.path("externalId").asText())) {
        return ScimAnswer.id(candidate);
      }
    }
    return null;
  }
}
