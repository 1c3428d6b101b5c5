package com.abilian.sbe.scim.deliver;

import com.abilian.sbe.scim.client.EndpointFault;
import com.abilian.sbe.scim.client.ResourceFault;
import com.abilian.sbe.scim.client.ScimAnswer;
import com.abilian.sbe.scim.client.ScimClient;
import com.abilian.sbe.scim.client.UnclearException;
import com.abilian.sbe.scim.client.Verdict;
import com.abilian.sbe.scim.project.Link;
import com.abilian.sbe.scim.project.Link.Pushed;
import com.abilian.sbe.scim.project.Link.Remote;
import com.abilian.sbe.scim.project.ResourceType;
import com.abilian.sbe.scim.project.ScimResource;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Makes one resource at the receiver what it should be, and returns the link that results. */
final class ResourcePusher {

  private static final int TOO_LARGE = 413;

  private final ScimClient client;
  private final Clock clock;
  private final RemoteLookup lookup;
  private final MembershipPusher members;
  private final AccessPusher access;
  private final DanglingMembers dangling;

  ResourcePusher(ScimClient client, Clock clock) {
    this.client = client;
    this.clock = clock;
    this.lookup = new RemoteLookup(client);
    ReadModifyWrite editor = new ReadModifyWrite(client);
    this.members = new MembershipPusher(client, editor);
    this.access = new AccessPusher(lookup, editor, members);
    this.dangling = new DanglingMembers(client, members);
  }

  /** What has to arrive of a resource even where the rest of it is refused. */
  AccessPusher access() {
    return access;
  }

  /**
   * @param neverAttempted whether no create can have been sent yet; else the receiver is asked
   *     first
   */
  Link push(ScimResource wanted, Link link, boolean neverAttempted)
      throws EndpointFault, ResourceFault, InterruptedException {
    if (link.remoteId() != null) {
      return link.holds(wanted) ? link.unchanged() : replaceOrCreate(wanted, link.remoteId());
    }
    String found = neverAttempted ? null : lookup.adoptable(wanted);
    return found == null ? create(wanted) : replace(wanted, found);
  }

  /** Removes the resource, where the receiver has it. */
  void remove(Link link) throws EndpointFault, ResourceFault, InterruptedException {
    if (link.remoteId() != null && deleted(link.type(), link.remoteId())) {
      return;
    }
    // A server that answers 404 to everything has deleted nothing; only a receiver has an empty
    // list.
    String left = lookup.ours(link.type(), link.resourceId());
    if (left != null && !deleted(link.type(), left)) {
      throw new ResourceFault(
          ResourceFault.Kind.RETRY,
          404,
          "DELETE " + link.type().endpoint() + " answered 404 although the resource is there");
    }
  }

  /** As {@link #remove}, of a user who may be a member of groups. */
  void removeMember(Link link) throws EndpointFault, ResourceFault, InterruptedException {
    remove(link);
    if (link.remoteId() != null) {
      dangling.remove(link.remoteId());
    }
  }

  /** False where the receiver does not know the id. */
  private boolean deleted(ResourceType type, String id)
      throws EndpointFault, ResourceFault, InterruptedException {
    ScimAnswer answer = client.delete(type, id);
    return switch (Verdict.of(answer.status())) {
      case NOT_FOUND -> false;
      case CONFLICT -> throw ResourceFault.of("DELETE", type, answer);
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
    if (!link.holdsAttributes(wanted)) {
      operations.add(replacement("displayName", wanted.key()));
    }
    if (!add.isEmpty()) {
      operations.addAll(MembershipPusher.additions(add));
    }
    operations.addAll(MembershipPusher.removals(remove));
    if (operations.isEmpty()) {
      return link.unchanged();
    }
    ScimAnswer answer = client.patch(wanted.type(), link.remoteId(), operations);
    boolean membersKept = add.isEmpty() && remove.isEmpty();
    return switch (Verdict.of(answer.status())) {
      case NOT_FOUND -> link.lost(clock.millis());
      case CONFLICT -> throw ResourceFault.of("PATCH", wanted.type(), answer);
      default ->
          link.pushed(
              new Remote(link.remoteId(), answer.version()),
              new Pushed(wanted.hash(), membersKept ? link.pushed().membersHash() : null),
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
    if (wanted.members().size() > MembershipPusher.PER_REQUEST) {
      return replacedByDifferences(wanted, id);
    }
    ScimAnswer answer;
    try {
      answer = client.replace(wanted.type(), id, wanted.body(wanted.members()));
    } catch (ResourceFault refused) {
      if (!isTooLarge(refused) || wanted.members().isEmpty()) {
        throw refused;
      }
      return replacedByDifferences(wanted, id);
    }
    return switch (Verdict.of(answer.status())) {
      case NOT_FOUND -> null;
      case CONFLICT -> throw ResourceFault.of("PUT", wanted.type(), answer);
      default -> pushed(wanted, id, answer);
    };
  }

  /** As {@link #replaced}, for a group whose members are too many for one body. */
  private Link replacedByDifferences(ScimResource wanted, String id)
      throws EndpointFault, ResourceFault, InterruptedException {
    List<Map<String, Object>> names =
        List.of(
            replacement("displayName", wanted.key()),
            replacement("externalId", wanted.externalId()));
    ScimAnswer answer = client.patch(wanted.type(), id, names);
    switch (Verdict.of(answer.status())) {
      case NOT_FOUND -> {
        return null;
      }
      case CONFLICT -> throw ResourceFault.of("PATCH", wanted.type(), answer);
      default -> {}
    }
    AccessUpdate.Result result = members.align(id, wanted.members());
    if (!result.isDone()) {
      throw result.revoking() == null ? result.granting() : result.revoking();
    }
    return pushed(wanted, id, answer);
  }

  private Link create(ScimResource wanted)
      throws EndpointFault, ResourceFault, InterruptedException {
    return create(wanted, Math.min(wanted.members().size(), MembershipPusher.PER_REQUEST));
  }

  /**
   * @param first so many members are in the first body; the others follow
   */
  private Link create(ScimResource wanted, int first)
      throws EndpointFault, ResourceFault, InterruptedException {
    List<String> all = wanted.members();
    ScimAnswer answer;
    try {
      answer = client.create(wanted.type(), wanted.body(all.subList(0, first)));
    } catch (UnclearException unclear) {
      return createdAfterAll(wanted, unclear);
    } catch (ResourceFault refused) {
      if (!isTooLarge(refused) || first == 0) {
        throw refused;
      }
      return create(wanted, 0);
    }
    return switch (Verdict.of(answer.status())) {
      case NOT_FOUND -> throw client.wrongAddress("POST", wanted.type().endpoint(), answer);
      case CONFLICT -> adopt(wanted, answer);
      default -> created(wanted, answer, all.subList(first, all.size()));
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
    ResourceFault refused = members.add(id, rest);
    if (refused != null) {
      throw refused;
    }
    return pushed(wanted, id, answer);
  }

  private Link createdAfterAll(ScimResource wanted, UnclearException unclear)
      throws EndpointFault, ResourceFault, InterruptedException {
    String found = lookup.adoptable(wanted);
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
    String found = lookup.adoptable(wanted);
    if (found == null) {
      throw ResourceFault.of("POST", wanted.type(), answer);
    }
    return replace(wanted, found);
  }

  private Link pushed(ScimResource wanted, String id, ScimAnswer answer) {
    return Link.creating(wanted.type(), wanted.externalId())
        .pushed(
            new Remote(id, answer.version()),
            new Pushed(wanted.hash(), wanted.membersHash()),
            clock.millis());
  }

  private static boolean isTooLarge(ResourceFault fault) {
    return Integer.valueOf(TOO_LARGE).equals(fault.status());
  }

  private static Map<String, Object> replacement(String attribute, String value) {
    return Map.of("op", "replace", "path", attribute, "value", value);
  }
}
