package com.abilian.sbe.scim.deliver;

import com.abilian.sbe.scim.client.EndpointFault;
import com.abilian.sbe.scim.client.ResourceFault;
import com.abilian.sbe.scim.client.ScimAnswer;
import com.abilian.sbe.scim.client.ScimClient;
import com.abilian.sbe.scim.client.Verdict;
import com.abilian.sbe.scim.project.Link.Remote;
import com.abilian.sbe.scim.project.ResourceType;
import java.util.List;
import java.util.Map;

/**
 * One resource at the receiver during one delivery, in the version that the next request expects.
 * Where an answer tells none although the receiver has versions, the rest of the delivery goes
 * without, and the next one asks.
 */
final class RemoteResource {

  private final ScimClient client;
  private final ResourceType type;
  private final boolean versioned;
  private Remote at;
  private boolean changed;

  RemoteResource(ScimClient client, ResourceType type, Remote at) {
    this.client = client;
    this.type = type;
    this.at = at;
    this.versioned = at.version() != null;
  }

  ResourceType type() {
    return type;
  }

  String id() {
    return at.id();
  }

  /** Where it is, in the version that the receiver told last. */
  Remote at() {
    return versioned && at.version() == null ? at.stale() : at;
  }

  /** Whether the receiver has accepted a change of it. */
  boolean isChanged() {
    return changed;
  }

  ScimAnswer get() throws EndpointFault, ResourceFault, InterruptedException {
    return client.get(type, at.id());
  }

  ScimAnswer replace(Object body) throws EndpointFault, ResourceFault, InterruptedException {
    return accepted(client.replace(type, at, body));
  }

  ScimAnswer patch(List<Map<String, Object>> operations)
      throws EndpointFault, ResourceFault, InterruptedException {
    return accepted(client.patch(type, at, operations));
  }

  ScimAnswer delete() throws EndpointFault, ResourceFault, InterruptedException {
    return client.delete(type, at);
  }

  private ScimAnswer accepted(ScimAnswer answer) {
    if (Verdict.of(answer.status()) == Verdict.ACCEPTED) {
      at = new Remote(at.id(), answer.version());
      changed = true;
    }
    return answer;
  }
}
