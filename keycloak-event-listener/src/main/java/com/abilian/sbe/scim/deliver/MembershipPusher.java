package com.abilian.sbe.scim.deliver;

import com.abilian.sbe.scim.client.EndpointFault;
import com.abilian.sbe.scim.client.ResourceFault;
import com.abilian.sbe.scim.client.ScimAnswer;
import com.abilian.sbe.scim.client.ScimClient;
import com.abilian.sbe.scim.client.Verdict;
import com.abilian.sbe.scim.deliver.AccessUpdate.Result;
import com.abilian.sbe.scim.project.ResourceType;
import com.abilian.sbe.scim.project.ScimResource;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/**
 * Changes the members of a group at the receiver, in requests of bounded size. A member that is
 * refused does not keep the others from arriving. Members are remote ids.
 */
final class MembershipPusher {

  /** Members in one request. */
  static final int PER_REQUEST = 1000;

  /** No group has more: the receiver does not stop, and the memory is Keycloak's. */
  private static final int MOST = 2_000_000;

  /**
   * How many parts are split after a refusal: enough to find the few members that a receiver
   * refuses.
   */
  private static final int SPLITS = 50;

  private final ScimClient client;
  private final ReadModifyWrite editor;

  MembershipPusher(ScimClient client, ReadModifyWrite editor) {
    this.client = client;
    this.editor = editor;
  }

  /** Makes these the members: only the differences are sent. */
  Result align(RemoteResource group, Collection<String> wanted)
      throws EndpointFault, InterruptedException {
    MemberDifference difference;
    try {
      difference = MemberDifference.between(present(group), wanted);
    } catch (ResourceFault unread) {
      return new Result(unread, unread);
    }
    return change(group, difference.joining(), difference.leaving());
  }

  /** Leaves before joins, each in requests of its own. */
  Result change(RemoteResource group, Collection<String> add, Collection<String> remove)
      throws EndpointFault, InterruptedException {
    ResourceFault leaver = send(group, remove, MembershipPusher::removals, false);
    return new Result(leaver, send(group, add, MembershipPusher::additions, true));
  }

  /** The first fault; null where everything was accepted. */
  ResourceFault add(RemoteResource group, Collection<String> members)
      throws EndpointFault, InterruptedException {
    return send(group, members, MembershipPusher::additions, true);
  }

  static List<Map<String, Object>> additions(List<String> members) {
    return List.of(
        Map.of("op", "add", "path", "members", "value", ScimResource.references(members)));
  }

  static List<Map<String, Object>> removals(List<String> members) {
    return members.stream()
        .map(id -> Map.<String, Object>of("op", "remove", "path", path(id)))
        .toList();
  }

  private static String path(String member) {
    return "members[" + ScimClient.equal("value", member) + "]";
  }

  private ResourceFault send(
      RemoteResource group,
      Collection<String> members,
      Function<List<String>, List<Map<String, Object>>> operations,
      boolean joins)
      throws EndpointFault, InterruptedException {
    Deque<List<String>> parts = parts(List.copyOf(members));
    List<String> refused = new ArrayList<>();
    ResourceFault first = null;
    int splits = 0;
    while (!parts.isEmpty()) {
      List<String> part = parts.remove();
      ResourceFault fault = patch(group, operations.apply(part));
      if (fault == null) {
        continue;
      }
      if (fault.kind() == ResourceFault.Kind.HELD) {
        // In smaller parts some of them would slip through.
        return fault;
      }
      if (part.size() > 1 && isAboutContent(fault) && splits++ < SPLITS) {
        parts.addFirst(part.subList(part.size() / 2, part.size()));
        parts.addFirst(part.subList(0, part.size() / 2));
        continue;
      }
      first = first == null ? fault : first;
      if (fault.kind() != ResourceFault.Kind.LAST_ADMINISTRATOR) {
        refused.addAll(part);
      }
      if (!isAboutContent(fault)) {
        parts.forEach(refused::addAll);
        parts.clear();
      }
    }
    if (refused.isEmpty() || first.status() == null || first.isOfVersion()) {
      return first;
    }
    ResourceFault replaced = editor.replaceMembers(group, refused, joins);
    // The replacement settled the refused members, but not the last administrator.
    boolean onlyThem = first.kind() != ResourceFault.Kind.LAST_ADMINISTRATOR;
    return replaced == null && onlyThem ? null : first;
  }

  /**
   * Whether smaller parts may be accepted: not if the receiver knows no PATCH, does not answer or
   * has another version.
   */
  private static boolean isAboutContent(ResourceFault fault) {
    Integer status = fault.status();
    return status != null
        && status != 405
        && status != 501
        && !fault.isOfVersion()
        && Verdict.of(status) != Verdict.NOT_FOUND;
  }

  /** Null where it was accepted. */
  private ResourceFault patch(RemoteResource group, List<Map<String, Object>> operations)
      throws EndpointFault, InterruptedException {
    try {
      ScimAnswer answer = group.patch(operations);
      return Verdict.of(answer.status()) == Verdict.ACCEPTED
          ? null
          : ResourceFault.of("PATCH", ResourceType.GROUP, answer);
    } catch (ResourceFault fault) {
      return fault;
    }
  }

  private static Deque<List<String>> parts(List<String> members) {
    Deque<List<String>> parts = new ArrayDeque<>();
    for (int from = 0; from < members.size(); from += PER_REQUEST) {
      parts.add(members.subList(from, Math.min(from + PER_REQUEST, members.size())));
    }
    return parts;
  }

  /** The members of the group at the receiver, read page by page: one answer could be too long. */
  private Set<String> present(RemoteResource group)
      throws EndpointFault, ResourceFault, InterruptedException {
    Set<String> members = new LinkedHashSet<>();
    String filter = ScimClient.equal("groups.value", group.id());
    int total;
    try {
      do {
        JsonNode page =
            client.page(ResourceType.USER, filter, "groups.value", members.size() + 1, PER_REQUEST);
        total = page.path("totalResults").asInt();
        int before = members.size();
        for (JsonNode user : page.path("Resources")) {
          if (!isIn(group.id(), user)) {
            return editor.members(group);
          }
          members.add(ScimAnswer.id(user));
        }
        if (members.size() == before) {
          break;
        }
      } while (members.size() < Math.min(total, MOST));
    } catch (ResourceFault unfiltered) {
      if (unfiltered.kind() != ResourceFault.Kind.REFUSED) {
        throw unfiltered;
      }
      return editor.members(group);
    }
    if (members.size() != total) {
      throw new ResourceFault(
          ResourceFault.Kind.RETRY,
          200,
          "GET Users answered another number of members than totalResults");
    }
    return members;
  }

  /** A receiver may ignore the filter. */
  private static boolean isIn(String group, JsonNode user) {
    for (JsonNode of : user.path("groups")) {
      if (group.equals(of.path("value").asText())) {
        return ScimAnswer.id(user) != null;
      }
    }
    return false;
  }
}
