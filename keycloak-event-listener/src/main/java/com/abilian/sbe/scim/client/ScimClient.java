package com.abilian.sbe.scim.client;

import com.abilian.sbe.scim.project.Link.Remote;
import com.abilian.sbe.scim.project.ResourceType;
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
  private static final String LIST = "urn:ietf:params:scim:api:messages:2.0:ListResponse";
  private static final String CONFIG =
      "urn:ietf:params:scim:schemas:core:2.0:ServiceProviderConfig";

  /** What receivers of this project add to their configuration. */
  private static final String STANDING =
      "urn:ietf:params:scim:schemas:extension:sbe-scim:2.0:ServiceProviderConfig";

  private static final JsonStringEncoder LITERALS = JsonStringEncoder.getInstance();

  private final String base;
  private final TokenSource tokens;
  private final ScimTransport transport;
  private final BooleanSupplier maySend;
  private final ThreadLocal<Boolean> unseen = ThreadLocal.withInitial(() -> false);

  /**
   * @param base SCIM base URL, no slash at its end
   */
  public ScimClient(URI base, TokenSource tokens, ScimTransport transport) {
    this(base, tokens, transport, () -> true);
  }

  /**
   * @param base SCIM base URL, no slash at its end
   * @param maySend asked directly before each request; where it says no, {@link HeldBackException}
   */
  public ScimClient(
      URI base, TokenSource tokens, ScimTransport transport, BooleanSupplier maySend) {
    this.maySend = maySend;
    this.base = base.toString();
    this.tokens = tokens;
    this.transport = transport;
  }

  /**
   * Creates a resource (RFC 7644 §3.3).
   *
   * @throws UnclearException where it may or may not have been created
   */
  public ScimAnswer create(ResourceType type, Map<String, Object> body)
      throws EndpointFault, ResourceFault, UnclearException, InterruptedException {
    try {
      return judged("POST", type.endpoint(), exchange("POST", "/" + type.endpoint(), null, body));
    } catch (TransportException failure) {
      if (isUnsent(failure)) {
        throw unreachable(failure);
      }
      throw new UnclearException(failure.getMessage());
    }
  }

  /** Reads a resource (RFC 7644 §3.4.1). */
  public ScimAnswer get(ResourceType type, String id)
      throws EndpointFault, ResourceFault, InterruptedException {
    return repeatable("GET", type.endpoint() + "/" + encoded(id), null, null);
  }

  /** As {@link #get}: what tells the version, since a group may be large. */
  public ScimAnswer version(ResourceType type, String id)
      throws EndpointFault, ResourceFault, InterruptedException {
    String query = "?attributes=externalId,meta.version";
    return repeatable("GET", type.endpoint() + "/" + encoded(id) + query, null, null);
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
    return repeatable("PUT", path(type, at), at.version(), body);
  }

  /** Modifies a resource by operations that may be applied twice (RFC 7644 §3.5.2). */
  public ScimAnswer patch(ResourceType type, Remote at, List<Map<String, Object>> operations)
      throws EndpointFault, ResourceFault, InterruptedException {
    Object body = Map.of("schemas", List.of(PATCH), "Operations", operations);
    return repeatable("PATCH", path(type, at), at.version(), body);
  }

  /** Deletes a resource (RFC 7644 §3.6). */
  public ScimAnswer delete(ResourceType type, Remote at)
      throws EndpointFault, ResourceFault, InterruptedException {
    return repeatable("DELETE", path(type, at), at.version(), null);
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
   * externalId}, version and the type's key are all that is asked for, since a group may be large.
   */
  public List<JsonNode> find(ResourceType type, String attribute, String value)
      throws EndpointFault, ResourceFault, InterruptedException {
    List<JsonNode> found = new ArrayList<>();
    list(type, equal(attribute, value), "externalId,meta.version," + type.key(), "")
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

  private JsonNode list(ResourceType type, String filter, String attributes, String page)
      throws EndpointFault, ResourceFault, InterruptedException {
    String query = "?filter=" + encoded(filter) + "&attributes=" + attributes + page;
    ScimAnswer answer = repeatable("GET", type.endpoint() + query, null, null);
    // A web page that answers every address is not an empty list.
    if (Verdict.of(answer.status()) != Verdict.ACCEPTED || !answer.body().isObject()) {
      throw wrongAddress("GET", type.endpoint(), answer);
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
      repeatable(
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
    ScimAnswer answer;
    try {
      answer = exchange("GET", "/ServiceProviderConfig", null, null);
    } catch (TransportException failure) {
      throw unreachable(failure);
    }
    if (isForLater(answer)) {
      throw new EndpointFault(
          false,
          "GET " + base + "/ServiceProviderConfig answered " + answer.summary(),
          answer.retryAfter());
    }
    return answer.status() == 200 && hasSchema(answer.body(), STANDING);
  }

  private static boolean isForLater(ScimAnswer answer) {
    Verdict verdict = Verdict.of(answer.status());
    return verdict == Verdict.RETRY_ENDPOINT || verdict == Verdict.RETRY_RESOURCE;
  }

  /** Checks that a SCIM service answers here; sends no token. */
  public void reach() throws EndpointFault, InterruptedException {
    ScimAnswer answer;
    try {
      answer = transport.send("GET", URI.create(base + "/ServiceProviderConfig"), null, null);
    } catch (TransportException failure) {
      throw unreachable(failure);
    }
    if (answer.status() != 200 || !hasSchema(answer.body(), CONFIG)) {
      throw new EndpointFault(
          true,
          "GET "
              + base
              + "/ServiceProviderConfig answered "
              + answer.status()
              + (answer.status() == 200 ? " without a SCIM service's configuration" : ""),
          answer.retryAfter());
    }
  }

  /** Checks that the receiver takes our token; changes nothing. */
  public void probe() throws EndpointFault, InterruptedException {
    ScimAnswer answer;
    try {
      answer = exchange("GET", "/Users?count=0", null, null);
    } catch (TransportException failure) {
      throw unreachable(failure);
    }
    Verdict verdict = Verdict.of(answer.status());
    if (!aboutTheToken(answer).isEmpty()) {
      throw EndpointFault.ofToken(aboutTheToken(answer), answer.reason());
    }
    if (verdict != Verdict.ACCEPTED || !hasSchema(answer.body(), LIST)) {
      throw new EndpointFault(
          !isForLater(answer),
          "GET " + base + "/Users?count=0 answered " + answer.summary(),
          answer.retryAfter());
    }
  }

  /**
   * A request that may be carried out twice is sent once more where its connection broke: the
   * receiver may just have closed an idle one.
   */
  private ScimAnswer repeatable(String method, String path, String version, Object body)
      throws EndpointFault, ResourceFault, InterruptedException {
    String shown = path.replaceAll("[/?].*", "");
    try {
      try {
        return judged(method, shown, exchange(method, "/" + path, version, body));
      } catch (TransportException broken) {
        if (broken.kind() != TransportException.Kind.BROKEN) {
          throw broken;
        }
        return judged(method, shown, exchange(method, "/" + path, version, body));
      }
    } catch (TransportException failure) {
      if (isUnsent(failure)) {
        throw unreachable(failure);
      }
      throw new ResourceFault(
          ResourceFault.Kind.RETRY, null, method + " " + shown + ": " + failure.getMessage());
    }
  }

  /** A refused token is replaced once; the second refusal is an answer. */
  private ScimAnswer exchange(String method, String path, String version, Object body)
      throws EndpointFault, TransportException, InterruptedException {
    URI uri = URI.create(base + path);
    String token = tokens.token();
    ScimAnswer answer = send(method, uri, token, version, body);
    if (answer.status() == 401) {
      tokens.refused(token);
      answer = send(method, uri, tokens.token(), version, body);
    }
    return answer;
  }

  private ScimAnswer send(String method, URI uri, String token, String version, Object body)
      throws TransportException, InterruptedException {
    if (!maySend.getAsBoolean()) {
      throw new HeldBackException();
    }
    boolean before = unseen.get();
    unseen.set(true);
    try {
      ScimAnswer answer = transport.send(method, uri, token, version, body);
      unseen.set(before || !method.equals("GET") && !Verdict.isClear(answer.status()));
      return answer;
    } catch (TransportException failure) {
      unseen.set(before || !method.equals("GET") && !isUnsent(failure));
      throw failure;
    }
  }

  /**
   * Whether this thread has sent something since it last asked that may change the receiver, and
   * did not see what became of it: it may still arrive.
   */
  public boolean tookUnseen() {
    boolean found = unseen.get();
    unseen.set(false);
    return found;
  }

  private ScimAnswer judged(String method, String path, ScimAnswer answer)
      throws EndpointFault, ResourceFault {
    String said = method + " " + path + " answered " + answer.summary();
    return switch (Verdict.of(answer.status())) {
      case ACCEPTED, NOT_FOUND, CONFLICT -> answer;
      case REFUSED -> throw new ResourceFault(ResourceFault.Kind.REFUSED, answer.status(), said);
      case RETRY_RESOURCE ->
          throw new ResourceFault(ResourceFault.Kind.RETRY, answer.status(), said);
      case RETRY_ENDPOINT ->
          throw EndpointFault.answered(false, said, answer.retryAfter(), answer.status());
      case PAUSE_ENDPOINT -> {
        String why = aboutTheToken(answer);
        throw EndpointFault.answered(
            true, why.isEmpty() ? said : said + ": " + why, null, answer.status());
      }
    };
  }

  /**
   * Why a token was refused; other texts, also those of a 403, may name a person and are left out.
   */
  private static String aboutTheToken(ScimAnswer answer) {
    return answer.status() == 401 ? answer.detail() : "";
  }

  /** The collection does not exist: the address is wrong. */
  public EndpointFault wrongAddress(String method, String path, ScimAnswer answer) {
    return new EndpointFault(
        true,
        method + " " + base + "/" + path + " answered " + answer.summary() + ": check url",
        null);
  }

  private EndpointFault unreachable(TransportException failure) {
    return new EndpointFault(
        failure.kind() == TransportException.Kind.UNTRUSTED,
        base + ": " + failure.getMessage(),
        null);
  }

  private static boolean isUnsent(TransportException failure) {
    return failure.kind() == TransportException.Kind.NOT_SENT
        || failure.kind() == TransportException.Kind.UNTRUSTED;
  }

  private static boolean hasSchema(JsonNode body, String urn) {
    for (JsonNode schema : body.path("schemas")) {
      if (urn.equals(schema.asText())) {
        return true;
      }
    }
    return false;
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
  }
}
