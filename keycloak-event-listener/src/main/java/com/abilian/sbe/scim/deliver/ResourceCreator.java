package com.abilian.sbe.scim.deliver;

import com.abilian.sbe.scim.client.BulkAnswer;
import com.abilian.sbe.scim.client.EndpointFault;
import com.abilian.sbe.scim.client.ResourceFault;
import com.abilian.sbe.scim.client.ScimAnswer;
import com.abilian.sbe.scim.client.ScimClient;
import com.abilian.sbe.scim.client.UnclearException;
import com.abilian.sbe.scim.client.Verdict;
import com.abilian.sbe.scim.project.Link.Remote;
import com.abilian.sbe.scim.project.ScimResource;
import java.util.List;

/** Creates one resource at the receiver; a group's many members in several requests. */
final class ResourceCreator {

  private final ScimClient client;
  private final MembershipPusher members;

  ResourceCreator(ScimClient client, MembershipPusher members) {
    this.client = client;
    this.members = members;
  }

  /**
   * Creates it with all its members.
   *
   * @param looked whether the receiver was asked whether it has it
   * @return where it is; null where another has the name and the receiver was not asked who
   */
  Remote create(ScimResource wanted, boolean looked)
      throws EndpointFault, ResourceFault, InterruptedException {
    int first = Math.min(wanted.members().size(), MembershipPusher.PER_REQUEST);
    ScimAnswer answer = post(wanted, first);
    if (answer == null) {
      first = 0;
      answer = post(wanted, first);
    }
    return concluded(wanted, looked, answer, first);
  }

  /**
   * As {@link #create}, of a user whom the receiver was not asked for and whom a bulk had in it.
   */
  Remote created(ScimResource wanted, BulkAnswer answer)
      throws EndpointFault, ResourceFault, InterruptedException {
    return concluded(wanted, false, answer.get(), 0);
  }

  private Remote concluded(ScimResource wanted, boolean looked, ScimAnswer answer, int first)
      throws EndpointFault, ResourceFault, InterruptedException {
    return switch (Verdict.of(answer.status())) {
      case NOT_FOUND -> throw client.wrongAddress("POST", wanted.type().endpoint(), answer);
      case CONFLICT -> taken(wanted, looked, answer);
      default -> created(wanted, answer, first);
    };
  }

  /**
   * @param first so many members are in the body; the others follow
   * @return null where it is too large with members in it
   */
  private ScimAnswer post(ScimResource wanted, int first)
      throws EndpointFault, ResourceFault, InterruptedException {
    try {
      return client.create(wanted.type(), wanted.body(wanted.members().subList(0, first)));
    } catch (UnclearException unclear) {
      String said = "POST " + wanted.type().endpoint() + ": " + unclear.getMessage();
      throw new ResourceFault(ResourceFault.Kind.RETRY, null, said);
    } catch (ResourceFault refused) {
      if (!refused.isTooLarge() || first == 0) {
        throw refused;
      }
      return null;
    }
  }

  private static Remote taken(ScimResource wanted, boolean looked, ScimAnswer answer)
      throws ResourceFault {
    if (looked) {
      throw ResourceFault.of("POST", wanted.type(), answer);
    }
    return null;
  }

  private Remote created(ScimResource wanted, ScimAnswer answer, int sent)
      throws EndpointFault, ResourceFault, InterruptedException {
    if (answer.id() == null) {
      // It is looked for where another may have answered.
      boolean none = !answer.body().hasNonNull("id");
      throw new ResourceFault(
          none ? ResourceFault.Kind.RETRY : ResourceFault.Kind.REFUSED,
          answer.status(),
          "POST " + wanted.type().endpoint() + " answered without an id");
    }
    Remote at = new Remote(answer.id(), answer.version());
    RemoteResource there = new RemoteResource(client, wanted.type(), at);
    List<String> all = wanted.members();
    ResourceFault refused = members.add(there, all.subList(sent, all.size()));
    if (refused != null) {
      throw refused;
    }
    return there.at();
  }
}
