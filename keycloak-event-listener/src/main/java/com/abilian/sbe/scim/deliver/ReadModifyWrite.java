package com.abilian.sbe.scim.deliver;

import com.abilian.sbe.scim.client.EndpointFault;
import com.abilian.sbe.scim.client.ResourceFault;
import com.abilian.sbe.scim.client.ScimAnswer;
import com.abilian.sbe.scim.client.Verdict;
import com.abilian.sbe.scim.project.ResourceType;
import com.abilian.sbe.scim.project.ScimResource;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Changes one attribute of a resource for receivers that do not support PATCH: the resource is
 * read, changed and sent back by PUT.
 */
final class ReadModifyWrite {

  /**
   * Sets {@code active} of a user, by PATCH if the receiver takes it.
   *
   * @return the fault; null where the receiver has it so, or has no such user
   */
  ResourceFault active(RemoteResource user, boolean active)
      throws EndpointFault, InterruptedException {
    return set(user, Map.of("active", active));
  }

  /**
   * As {@link #active}, for any attributes of any resource.
   *
   * @param values by attribute
   */
  ResourceFault set(RemoteResource resource, Map<String, Object> values)
      throws EndpointFault, InterruptedException {
    ResourceFault fault;
    try {
      ScimAnswer answer = resource.patch(replacements(values));
      if (Verdict.of(answer.status()) == Verdict.ACCEPTED) {
        return null;
      }
      fault = ResourceFault.of("PATCH", resource.type(), answer);
    } catch (ResourceFault refused) {
      fault = refused;
    }
    boolean hopeless =
        fault.kind() == ResourceFault.Kind.LAST_ADMINISTRATOR
            || fault.kind() == ResourceFault.Kind.HELD
            || fault.isOfVersion();
    return hopeless || fault.status() == null
        ? fault
        : replace(resource, body -> values.forEach(body::putPOJO));
  }

  private static List<Map<String, Object>> replacements(Map<String, Object> values) {
    return values.entrySet().stream()
        .map(
            one ->
                Map.<String, Object>of(
                    "op", "replace", "path", one.getKey(), "value", one.getValue()))
        .toList();
  }

  /**
   * Adds these members to a group or takes them out.
   *
   * @return the fault; null where the receiver has it so, or has no such group
   */
  ResourceFault replaceMembers(RemoteResource group, Collection<String> changed, boolean joins)
      throws EndpointFault, InterruptedException {
    return replace(
        group,
        body -> {
          Set<String> members = ids(body);
          if (joins) {
            members.addAll(changed);
          } else {
            members.removeAll(Set.copyOf(changed));
          }
          ArrayNode references = body.putArray("members");
          ScimResource.references(List.copyOf(members))
              .forEach(reference -> references.addObject().put("value", reference.get("value")));
        });
  }

  /** The members as the group itself shows them. */
  Set<String> members(RemoteResource group)
      throws EndpointFault, ResourceFault, InterruptedException {
    ScimAnswer answer = group.get();
    if (Verdict.of(answer.status()) != Verdict.ACCEPTED || !answer.body().isObject()) {
      throw ResourceFault.of("GET", ResourceType.GROUP, answer);
    }
    return ids(answer.body());
  }

  /** What was changed there since its version was told makes the receiver refuse it. */
  private ResourceFault replace(RemoteResource resource, Consumer<ObjectNode> change)
      throws EndpointFault, InterruptedException {
    ResourceType type = resource.type();
    try {
      ScimAnswer there = resource.get();
      if (Verdict.of(there.status()) != Verdict.ACCEPTED
          || !(there.body() instanceof ObjectNode body)) {
        return ResourceFault.of("GET", type, there);
      }
      body.remove("meta");
      change.accept(body);
      ScimAnswer answer = resource.replace(body);
      return Verdict.of(answer.status()) == Verdict.ACCEPTED
          ? null
          : ResourceFault.of("PUT", type, answer);
    } catch (ResourceFault refused) {
      return refused;
    }
  }

  private static Set<String> ids(JsonNode group) {
    Set<String> ids = new LinkedHashSet<>();
    group.path("members").forEach(member -> ids.add(member.path("value").asText()));
    return ids;
  }
}
