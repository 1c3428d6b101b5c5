package com.abilian.sbe.scim.deliver;

import com.abilian.sbe.scim.client.EndpointFault;
import com.abilian.sbe.scim.client.ResourceFault;
import com.abilian.sbe.scim.client.ScimAnswer;
import com.abilian.sbe.scim.client.ScimClient;
import com.abilian.sbe.scim.client.UnclearException;
import com.abilian.sbe.scim.client.Verdict;
import com.abilian.sbe.scim.project.ResourceType;
import com.abilian.sbe.scim.project.ScimResource;
import com.abilian.sbe.scim.store.Link;
import com.fasterxml.jackson.databind.JsonNode;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Brings one resource of the receiver to what it should be, and tells the link that results. */
final class ResourcePusher {

  /** A group is created with so many members, the others follow: bodies are bounded. */
  private static final int MEMBERS_PER_REQUEST = 1000;

  private final ScimClient client;
  private final Clock clock;

  ResourcePusher(ScimClient client, Clock clock) {
    this.client = client;
    this.clock = clock;
  }

  /**
   * @param untried whether no create can have been sent yet; else the receiver is asked first
   */
  Link push(ScimResource wanted, Link link, boolean untried)
      throws EndpointFault, ResourceFault, InterruptedException {
    if (link.remoteId() != null) {
      return link.holds(wanted) ? link.unchanged() : replaceOrCreate(wanted, link.remoteId());
    }
    String found = untried ? null : lookUp(wanted);
    return found == null ? create(wanted) : replace(wanted, found);
  }

  /** Removes the resource, where the receiver has it. */
  void remove(Link link) throws EndpointFault, ResourceFault, InterruptedException {
    if (link.remoteId() != null && deleted(link.type(), link.remoteId())) {
      return;
    }
    // What answers 404 to everything has deleted nothing; only a receiver has an empty list.
    String left = byExternalId(link.type(), link.resourceId());
    if (left != null && !deleted(link.type(), left)) {
      throw new ResourceFault(
          ResourceFault.Kind.RETRY,
          404,
          "DELETE " + link.type().endpoint() + " answered 404 to what is there");
    }
  }

  /** False where the receiver does not know the id. */
  private boolean deleted(ResourceType type, String id)
      throws EndpointFault, ResourceFault, InterruptedException {
    ScimAnswer answer = client.delete(type, id);
    return switch (Verdict.of(answer.status())) {
      case NOT_FOUND -> false;
      case CONFLICT -> throw conflict("DELETE", type, answer);
      default -> true;
    };
  }

  /**
   * Changes a linked group's name, where it differs, and exactly these members.
   *
   * @param add remote ids
   * @param remove remote ids
   */
  Link change(ScimResource wanted, Link link, List<String> add, List<String> remove)
      throws EndpointFault, ResourceFault, InterruptedException {
    List<Map<String, Object>> operations = new ArrayList<>();
    if (!link.isNamed(wanted)) {
      operations.add(Map.of("op", "replace", "path", "displayName", "value", wanted.key()));
    }
    if (!add.isEmpty()) {
      operations.add(addition(add));
    }
    for (String member : remove) {
      operations.add(
          Map.of("op", "remove", "path", "members[" + ScimClient.equal("value", member) + "]"));
    }
    if (operations.isEmpty()) {
      return link.unchanged();
    }
    ScimAnswer answer = client.patch(wanted.type(), link.remoteId(), operations);
    boolean membersKept = add.isEmpty() && remove.isEmpty();
    return switch (Verdict.of(answer.status())) {
      case NOT_FOUND -> link.lost(clock.millis());
      case CONFLICT -> throw conflict("PATCH", wanted.type(), answer);
      default ->
          link.pushed(
              link.remoteId(),
              answer.version(),
              wanted.hash(),
              membersKept ? link.membersHash() : null,
              clock.millis());
    };
  }

  private Link replaceOrCreate(ScimResource wanted, String id)
      throws EndpointFault, ResourceFault, InterruptedException {
    Link replaced = replaced(wanted, id);
    return replaced == null ? create(wanted) : replaced;
  }

  private Link replace(ScimResource wanted, String id)
      throws EndpointFault, ResourceFault, InterruptedException {
    Link replaced = replaced(wanted, id);
    if (replaced == null) {
      throw new ResourceFault(
          ResourceFault.Kind.RETRY, 404, "PUT " + wanted.type().endpoint() + " answered 404");
    }
    return replaced;
  }

  /** Null where the receiver does not know the id. */
  private Link replaced(ScimResource wanted, String id)
      throws EndpointFault, ResourceFault, InterruptedException {
    ScimAnswer answer = client.replace(wanted.type(), id, wanted.body(wanted.members()));
    return switch (Verdict.of(answer.status())) {
      case NOT_FOUND -> null;
      case CONFLICT -> throw conflict("PUT", wanted.type(), answer);
      default -> pushed(wanted, id, answer);
    };
  }

  private Link create(ScimResource wanted)
      throws EndpointFault, ResourceFault, InterruptedException {
    List<String> members = wanted.members();
    int first = Math.min(members.size(), MEMBERS_PER_REQUEST);
    ScimAnswer answer;
    try {
      answer = client.create(wanted.type(), wanted.body(members.subList(0, first)));
    } catch (UnclearException unclear) {
      return createdAfterAll(wanted, unclear);
    }
    return switch (Verdict.of(answer.status())) {
      case NOT_FOUND -> throw client.wrongAddress("POST", wanted.type().endpoint(), answer);
      case CONFLICT -> adopt(wanted, answer);
      default -> created(wanted, answer, members.subList(first, members.size()));
    };
  }

  private Link created(ScimResource wanted, ScimAnswer answer, List<String> rest)
      throws EndpointFault, ResourceFault, InterruptedException {
    String id = answer.id();
    if (id == null) {
      throw new ResourceFault(
          ResourceFault.Kind.REFUSED,
          answer.status(),
          "POST " + wanted.type().endpoint() + " answered without an id");
    }
    for (int from = 0; from < rest.size(); from += MEMBERS_PER_REQUEST) {
      List<String> part = rest.subList(from, Math.min(from + MEMBERS_PER_REQUEST, rest.size()));
      ScimAnswer added = client.patch(wanted.type(), id, List.of(addition(part)));
      if (Verdict.of(added.status()) != Verdict.ACCEPTED) {
        throw new ResourceFault(
            ResourceFault.Kind.RETRY,
            added.status(),
            "PATCH " + wanted.type().endpoint() + " answered " + added.summary());
      }
    }
    return pushed(wanted, id, answer);
  }

  private Link createdAfterAll(ScimResource wanted, UnclearException unclear)
      throws EndpointFault, ResourceFault, InterruptedException {
    String found = lookUp(wanted);
    if (found == null) {
      throw new ResourceFault(
          ResourceFault.Kind.RETRY,
          null,
          "POST " + wanted.type().endpoint() + ": " + unclear.getMessage());
    }
    return replace(wanted, found);
  }

  private Link adopt(ScimResource wanted, ScimAnswer answer)
      throws EndpointFault, ResourceFault, InterruptedException {
    String found = lookUp(wanted);
    if (found == null) {
      throw conflict("POST", wanted.type(), answer);
    }
    return replace(wanted, found);
  }

  /** The remote id of a resource that is ours, or nobody's: never one that belongs to another. */
  private String lookUp(ScimResource wanted)
      throws EndpointFault, ResourceFault, InterruptedException {
    String ours = byExternalId(wanted.type(), wanted.externalId());
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

  /** A receiver may ignore the filter: what it answers is compared. */
  private String byExternalId(ResourceType type, String externalId)
      throws EndpointFault, ResourceFault, InterruptedException {
    for (JsonNode candidate : client.find(type, "externalId", externalId)) {
      if (externalId.equals(candidate.path("externalId").asText())) {
        return ScimAnswer.id(candidate);
      }
    }
    return null;
  }

  private Link pushed(ScimResource wanted, String id, ScimAnswer answer) {
    return Link.creating(wanted.type(), wanted.externalId())
        .pushed(id, answer.version(), wanted.hash(), wanted.membersHash(), clock.millis());
  }

  private static Map<String, Object> addition(List<String> members) {
    return Map.of("op", "add", "path", "members", "value", ScimResource.references(members));
  }

  private static ResourceFault conflict(String method, ResourceType type, ScimAnswer answer) {
    return new ResourceFault(
        ResourceFault.Kind.CONFLICT,
        answer.status(),
        method + " " + type.endpoint() + " answered " + answer.summary());
  }
}
