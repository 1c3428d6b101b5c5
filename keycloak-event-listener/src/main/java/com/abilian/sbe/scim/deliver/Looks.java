package com.abilian.sbe.scim.deliver;

import com.abilian.sbe.scim.client.EndpointFault;
import com.abilian.sbe.scim.client.ResourceFault;
import com.abilian.sbe.scim.client.ScimAnswer;
import com.abilian.sbe.scim.client.ScimClient;
import com.abilian.sbe.scim.client.Verdict;
import com.abilian.sbe.scim.project.Link;
import com.abilian.sbe.scim.project.Link.Remote;
import com.abilian.sbe.scim.project.ResourceType;
import com.fasterxml.jackson.databind.JsonNode;

/** Asks the receiver what it has of a resource. */
final class Looks {

  private final ScimClient client;

  Looks(ScimClient client) {
    this.client = client;
  }

  /**
   * Looks by id where the receiver has told one, else by {@code externalId}, and then for a
   * resource without an owner under the same name, never for one that belongs to somebody else.
   *
   * @param name {@code userName} or {@code displayName}; null where the resource is to be removed
   * @param now epoch milliseconds
   */
  Look at(Link link, String name, long now)
      throws EndpointFault, ResourceFault, InterruptedException {
    boolean settled = link.isLookDue(now);
    Remote known = link.remoteId() == null ? null : byId(link.type(), link.remoteId());
    Remote ours = known == null ? byExternalId(link.type(), link.resourceId()) : known;
    if (ours != null || name == null) {
      return new Look(ours, null, settled, null);
    }
    Remote ownerless = ownerless(link.type(), name);
    return new Look(ownerless, ownerless == null ? null : name, settled, null);
  }

  /** Null where the receiver does not know the id. */
  private Remote byId(ResourceType type, String id)
      throws EndpointFault, ResourceFault, InterruptedException {
    try {
      ScimAnswer answer = client.version(type, id);
      return Verdict.of(answer.status()) == Verdict.ACCEPTED
          ? new Remote(id, answer.version())
          : null;
    } catch (ResourceFault refused) {
      if (refused.kind() != ResourceFault.Kind.REFUSED) {
        throw refused;
      }
      // It does not answer such questions: what is sent names no version.
      return new Remote(id, null);
    }
  }

  /** A receiver may ignore the filter: what it answers is compared. */
  private Remote byExternalId(ResourceType type, String externalId)
      throws EndpointFault, ResourceFault, InterruptedException {
    for (JsonNode candidate : client.find(type, "externalId", externalId)) {
      if (externalId.equals(candidate.path("externalId").asText())) {
        return remote(candidate);
      }
    }
    return null;
  }

  private Remote ownerless(ResourceType type, String name)
      throws EndpointFault, ResourceFault, InterruptedException {
    for (JsonNode candidate : client.find(type, type.key(), name)) {
      if (name.equalsIgnoreCase(candidate.path(type.key()).asText())
          && candidate.path("externalId").asText("").isEmpty()) {
        return remote(candidate);
      }
    }
    return null;
  }

  private static Remote remote(JsonNode resource) {
    String id = ScimAnswer.id(resource);
    return id == null ? null : new Remote(id, ScimAnswer.version(resource));
  }
}
