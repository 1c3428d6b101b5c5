package com.abilian.sbe.scim.client;

import com.abilian.sbe.scim.project.Link.Remote;
import com.abilian.sbe.scim.project.ResourceType;
import com.abilian.sbe.scim.project.Standing;
import com.fasterxml.jackson.core.io.JsonStringEncoder;
import com.fasterxml.jackson.databind.JsonNode;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;

/**
 * The requests of RFC 7644 that provisioning needs, to one receiver. Answers come back with verdict
 * ACCEPTED, NOT_FOUND or CONFLICT; everything else is a fault.
 */
public final class ScimClient {

  private static final String PATCH = "urn:ietf:params:scim:api:messages:2.0:PatchOp";
  private static final JsonStringEncoder LITERALS = JsonStringEncoder.getInstance();

  private final GuardedTransport transport;
  private final Exchange exchange;
  private final ServiceProvider provider;
  private final BulkExchange bulks;

  /**
   * @param base SCIM base URL, no slash at its end
   */
  public ScimClient(URI base, TokenSource tokens, ScimTransport transport) {
    this(base, tokens, transport, () -> true, RequestListener.NONE);
  }

  /**
   * @param base SCIM base URL, no slash at its end
   * @param maySend asked directly before each request; where it says no, {@link HeldBackException}
   * @param listener is told of each request that was sent
   */
  public ScimClient(
      URI base,
      TokenSource tokens,
      ScimTransport transport,
      BooleanSupplier maySend,
      RequestListener listener) {
    this.transport = new GuardedTransport(transport, maySend, listener);
    this.exchange = new Exchange(base, tokens, this.transport);
    this.provider = new ServiceProvider(exchange);
    this.bulks = new BulkExchange(exchange, this.transport);
  }

  /**
   * Creates a resource (RFC 7644 §3.3).
   *
   * @throws UnclearException where it may or may not have been created
   */
  public ScimAnswer create(ResourceType type, Map<String, Object> body)
      throws EndpointFault, ResourceFault, UnclearException, InterruptedException {
    return exchange.once("POST", type.endpoint(), body);
  }

  /**
   * Creates users in one request (RFC 7644 §3.7).
   *
   * @return what each was answered, in their order
   * @throws ResourceFault where nothing of it was carried out, because the receiver takes no such
   *     request
   * @throws UnclearException where nobody knows what was carried out
   */
  public List<BulkAnswer> create(List<BulkOperation> operations)
      throws EndpointFault, ResourceFault, UnclearException, InterruptedException {
    return bulks.create(operations);
  }

  /** Reads a resource (RFC 7644 §3.4.1). */
  public ScimAnswer get(ResourceType type, String id)
      throws EndpointFault, ResourceFault, InterruptedException {
    return read(type, id, "");
  }

  /** As {@link #get}: what tells the version, since a group may be large. */
  public ScimAnswer version(ResourceType type, String id)
      throws EndpointFault, ResourceFault, InterruptedException {
    return read(type, id, "?attributes=externalId,meta.version");
  }

  private ScimAnswer read(ResourceType type, String id, String query)
      throws EndpointFault, ResourceFault, InterruptedException {
    String path = type.endpoint() + "/" + encoded(id) + query;
    ScimAnswer answer = exchange.repeatable("GET", path, null, null);
    if (Verdict.of(answer.status()) == Verdict.ACCEPTED && !id.equals(answer.id())) {
      throw Exchange.noScim("GET", type.endpoint(), answer);
    }
    return answer;
  }

  // A request that changes a resource names the version that it is to be in, where the receiver
  // tells versions (RFC 7644 §3.14): whatever was sent before and arrives late is refused.

  /**
   * Replaces a resource (RFC 7644 §3.5.1).
   *
   * @param body what can be written as a JSON object
   */
  public ScimAnswer replace(ResourceType type, Remote at, Object body)
      throws EndpointFault, ResourceFault, InterruptedException {
    return changed(type, at, "PUT", body);
  }

  /** Modifies a resource by operations that may be applied twice (RFC 7644 §3.5.2). */
  public ScimAnswer patch(ResourceType type, Remote at, List<Map<String, Object>> operations)
      throws EndpointFault, ResourceFault, InterruptedException {
    Object body = Map.of("schemas", List.of(PATCH), "Operations", operations);
    return changed(type, at, "PATCH", body);
  }

  /** An answer may have no body; with another resource in it, it answers something else. */
  private ScimAnswer changed(ResourceType type, Remote at, String method, Object body)
      throws EndpointFault, ResourceFault, InterruptedException {
    ScimAnswer answer = exchange.repeatable(method, path(type, at), at.version(), body);
    boolean accepted = Verdict.of(answer.status()) == Verdict.ACCEPTED;
    if (accepted && answer.body().hasNonNull("id") && !at.id().equals(answer.id())) {
      transport.doubt();
      throw Exchange.noScim(method, type.endpoint(), answer);
    }
    return answer;
  }

  /** Deletes a resource (RFC 7644 §3.6). */
  public ScimAnswer delete(ResourceType type, Remote at)
      throws EndpointFault, ResourceFault, InterruptedException {
    return exchange.repeatable("DELETE", path(type, at), at.version(), null);
  }

  private static String path(ResourceType type, Remote at) {
    return type.endpoint() + "/" + encoded(at.id());
  }

  /** A filter: {@code attribute eq "value"} (RFC 7644 §3.4.2.2). */
  public static String equal(String attribute, String value) {
    return attribute + " eq \"" + new String(LITERALS.quoteAsString(value)) + '"';
  }

  /**
   * The resources whose attribute equals the value (RFC 7644 §3.4.2.2): {@code id}, {@code
   * externalId}, version, {@code active} and the type's key are all that is asked for, since a
   * group may be large.
   */
  public List<JsonNode> find(ResourceType type, String attribute, String value)
      throws EndpointFault, ResourceFault, InterruptedException {
    List<JsonNode> found = new ArrayList<>();
    list(type, equal(attribute, value), "externalId,active,meta.version," + type.key(), "")
        .path("Resources")
        .forEach(found::add);
    return found;
  }

  /**
   * One page of the resources that match (RFC 7644 §3.4.2.4), as a ListResponse.
   *
   * @param first number of the first resource, from 1
   * @param count resources asked for; there may be fewer
   */
  public JsonNode page(ResourceType type, String filter, String attributes, int first, int count)
      throws EndpointFault, ResourceFault, InterruptedException {
    return list(type, filter, attributes, "&startIndex=" + first + "&count=" + count);
  }

  /** As {@link #page}, of all resources of the type. */
  public JsonNode all(ResourceType type, String attributes, int first, int count)
      throws EndpointFault, ResourceFault, InterruptedException {
    return list(type, "?attributes=" + attributes + "&startIndex=" + first + "&count=" + count);
  }

  private JsonNode list(ResourceType type, String filter, String attributes, String page)
      throws EndpointFault, ResourceFault, InterruptedException {
    return list(type, "?filter=" + encoded(filter) + "&attributes=" + attributes + page);
  }

  private JsonNode list(ResourceType type, String query)
      throws EndpointFault, ResourceFault, InterruptedException {
    ScimAnswer answer = exchange.repeatable("GET", type.endpoint() + query, null, null);
    // What answers every address alike is not an empty list.
    boolean listed = answer.body().has("Resources") || answer.body().has("totalResults");
    if (Verdict.of(answer.status()) != Verdict.ACCEPTED || !listed) {
      throw exchange.wrongAddress("GET", type.endpoint(), answer);
    }
    return answer.body();
  }

  /**
   * Ids of groups, a page at most, that have this member; none where they cannot be asked for so.
   */
  public List<String> groupsWith(String member)
      throws EndpointFault, ResourceFault, InterruptedException {
    String filter = encoded(equal("members.value", member));
    List<String> found = new ArrayList<>();
    try {
      exchange
          .repeatable(
              "GET",
              ResourceType.GROUP.endpoint() + "?filter=" + filter + "&attributes=id",
              null,
              null)
          .body()
          .path("Resources")
          .forEach(group -> found.add(ScimAnswer.id(group)));
    } catch (ResourceFault refused) {
      if (refused.kind() != ResourceFault.Kind.REFUSED) {
        throw refused;
      }
    }
    return found;
  }

  /**
   * Whether the receiver takes a user who is deleted out of their groups: those of this project do.
   */
  public boolean endsMemberships() throws EndpointFault, InterruptedException {
    return standing() != null;
  }

  /** How far the receiver has come; null where it is none of this project. */
  public Standing standing() throws EndpointFault, InterruptedException {
    return provider.standing();
  }

  /** What one bulk to the receiver may hold, as it said last. */
  public BulkLimits bulk() throws EndpointFault, InterruptedException {
    return provider.bulk();
  }

  /** Checks that a SCIM service answers here; sends no token. */
  public void reach() throws EndpointFault, InterruptedException {
    provider.reach();
  }

  /** Checks that the receiver takes our token; changes nothing. */
  public void probe() throws EndpointFault, InterruptedException {
    provider.probe();
  }

  /**
   * Whether this thread has sent something since it last asked that may change the receiver, and
   * did not see what became of it: it may still arrive.
   */
  public boolean tookUnseen() {
    return transport.tookUnseen();
  }

  /** The collection does not exist: the address is wrong. */
  public EndpointFault wrongAddress(String method, String path, ScimAnswer answer) {
    return exchange.wrongAddress(method, path, answer);
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
  }
}
