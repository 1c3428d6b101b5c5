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
import java.util.List;

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
    if (link.remoteId() != null) {
      Remote known = byId(link.type(), link.remoteId());
      if (known != null) {
        return new Look(known, null, settled, false, null, null);
      }
    }
    JsonNode ours = byExternalId(link.type(), link.resourceId());
    if (ours != null || name == null) {
      return new Look(remote(link.type(), ours), null, settled, isInactive(ours), null, null);
    }
    List<JsonNode> named = named(link.type(), name);
    JsonNode ownerless =
        named.stream().filter(one -> owner(one).isEmpty()).findFirst().orElse(null);
    String holder = named.isEmpty() || ownerless != null ? null : owner(named.get(0));
    String found = ownerless == null ? null : name;
    return new Look(
        remote(link.type(), ownerless), found, settled, isInactive(ownerless), holder, null);
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
  private JsonNode byExternalId(ResourceType type, String externalId)
      throws EndpointFault, ResourceFault, InterruptedException {
    for (JsonNode candidate : client.find(type, "externalId", externalId)) {
      if (externalId.equals(candidate.path("externalId").asText())) {
        return candidate;
      }
    }
    return null;
  }

  /**
   * What a name is compared by is the receiver's to say; one that ignores the filter answers more.
   */
  private List<JsonNode> named(ResourceType type, String name)
      throws EndpointFault, ResourceFault, InterruptedException {
    return client.find(type, type.key(), name).stream()
        .filter(one -> UniqueNames.alike(name, one.path(type.key()).asText()))
        .toList();
  }

  private static String owner(JsonNode resource) {
    return resource.path("externalId").asText("");
  }

  private static boolean isInactive(JsonNode resource) {
    return resource != null
        && resource.path("active").isBoolean()
        && !resource.path("active").asBoolean();
  }

  /** What is there must not be made a second time; null where nothing is. */
  private static Remote remote(ResourceType type, JsonNode resource) throws ResourceFault {
    if (resource == null) {
      return null;
    }
    String id = ScimAnswer.id(resource);
    if (id == null) {
      throw new ResourceFault(
          ResourceFault.Kind.REFUSED, null, "GET " + type.endpoint() + " answered without an id");
    }
    return new Remote(id, ScimAnswer.version(resource));
  }
}
