package com.abilian.sbe.scim.deliver;

import com.abilian.sbe.scim.client.EndpointFault;
import com.abilian.sbe.scim.client.ResourceFault;
import com.abilian.sbe.scim.client.ScimAnswer;
import com.abilian.sbe.scim.client.ScimClient;
import com.abilian.sbe.scim.project.ResourceType;
import com.abilian.sbe.scim.project.ScimResource;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** Asks the receiver which resources hold what another one wants: a name, a mail address. */
final class NameHolders {

  private static final int CANDIDATES = 100;

  /**
   * Who holds a value.
   *
   * @param attribute {@code userName}, {@code displayName} or {@code emails}
   * @param remoteId its id at the receiver
   * @param resourceId its {@code externalId}
   */
  record Holder(String attribute, String remoteId, String resourceId) {}

  private final ScimClient client;

  NameHolders(ScimClient client) {
    this.client = client;
  }

  /** Those other than the resource itself that have an {@code externalId}. */
  List<Holder> of(ScimResource wanted) throws EndpointFault, ResourceFault, InterruptedException {
    String key = wanted.type().key();
    List<Holder> found = new ArrayList<>();
    String name = UniqueNames.of(wanted, key);
    find(wanted, key, key, name, one -> UniqueNames.alike(name, one.path(key).asText()), found);
    String mail = UniqueNames.of(wanted, UniqueNames.EMAILS);
    if (mail != null) {
      find(wanted, UniqueNames.EMAILS, "emails.value", mail, one -> hasMail(one, mail), found);
    }
    return found;
  }

  private static boolean hasMail(JsonNode user, String mail) {
    return Stream.iterate(0, i -> i + 1)
        .limit(user.path("emails").size())
        .map(i -> user.path("emails").get(i).path("value").asText())
        .anyMatch(value -> UniqueNames.alike(mail, value));
  }

  /** A receiver may ignore the filter: what it answers is compared. */
  private void find(
      ScimResource wanted,
      String attribute,
      String path,
      String value,
      Predicate<JsonNode> holds,
      List<Holder> found)
      throws EndpointFault, ResourceFault, InterruptedException {
    ResourceType type = wanted.type();
    String shown = "externalId," + attribute;
    JsonNode page;
    try {
      page = client.page(type, ScimClient.equal(path, value), shown, 1, CANDIDATES);
    } catch (ResourceFault refused) {
      if (refused.kind() != ResourceFault.Kind.REFUSED) {
        throw refused;
      }
      // It cannot be asked by this attribute.
      return;
    }
    for (JsonNode candidate : page.path("Resources")) {
      String id = ScimAnswer.id(candidate);
      String externalId = candidate.path("externalId").asText("");
      boolean another = !externalId.isEmpty() && !externalId.equals(wanted.externalId());
      if (id != null && another && holds.test(candidate)) {
        found.add(new Holder(attribute, id, externalId));
      }
    }
  }
}
