package com.abilian.sbe.scim.client;

import com.abilian.sbe.scim.project.Standing;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.Set;

/** Asks the receiver about itself: whether it is one, takes our token, and what it does. */
final class ServiceProvider {

  private static final String LIST = "urn:ietf:params:scim:api:messages:2.0:ListResponse";
  private static final String CONFIG =
      "urn:ietf:params:scim:schemas:core:2.0:ServiceProviderConfig";

  /** What receivers of this project add to their configuration. */
  private static final String STANDING =
      "urn:ietf:params:scim:schemas:extension:sbe-scim:2.0:ServiceProviderConfig";

  private static final String CONFIG_PATH = "ServiceProviderConfig";
  private static final String PROBE_PATH = "Users?count=0";

  /** Why receivers of this project forbid what a good token asks for. */
  private static final Set<String> FORBIDDEN =
      Set.of("unlisted_client", "persons_token", "insufficient_scope");

  private final Exchange exchange;

  /** Null until it was asked. */
  private volatile BulkLimits bulk;

  ServiceProvider(Exchange exchange) {
    this.exchange = exchange;
  }

  /** As {@link ScimClient#bulk}; it is asked once, and told whenever the standing is. */
  BulkLimits bulk() throws EndpointFault, InterruptedException {
    if (bulk == null) {
      standing();
    }
    return bulk;
  }

  /** As {@link ScimClient#standing}. */
  Standing standing() throws EndpointFault, InterruptedException {
    ScimAnswer answer = exchange.get(CONFIG_PATH);
    if (isForLater(answer)) {
      throw new EndpointFault(
          false, exchange.said(CONFIG_PATH, answer.summary()), answer.retryAfter());
    }
    bulk = answer.status() == 200 ? BulkLimits.of(answer.body()) : BulkLimits.NONE;
    boolean ours = answer.status() == 200 && hasSchema(answer.body(), STANDING);
    return ours ? standing(answer.body().path(STANDING)) : null;
  }

  private static Standing standing(JsonNode told) {
    return new Standing(
        ScimAnswer.kept(told.path("generationId")),
        told.path("highestChange").asLong(),
        told.path("shadow").asBoolean());
  }

  private static boolean isForLater(ScimAnswer answer) {
    Verdict verdict = Verdict.of(answer.status());
    return verdict == Verdict.RETRY_ENDPOINT || verdict == Verdict.RETRY_RESOURCE;
  }

  /** As {@link ScimClient#reach}. */
  void reach() throws EndpointFault, InterruptedException {
    ScimAnswer answer = exchange.getOpenly(CONFIG_PATH);
    if (answer.status() != 200 || !hasSchema(answer.body(), CONFIG)) {
      String what = answer.status() == 200 ? " without a SCIM service's configuration" : "";
      throw new EndpointFault(
          true, exchange.said(CONFIG_PATH, answer.status() + what), answer.retryAfter());
    }
  }

  /** As {@link ScimClient#probe}. */
  void probe() throws EndpointFault, InterruptedException {
    ScimAnswer answer = exchange.get(PROBE_PATH);
    String refusal = Exchange.aboutTheToken(answer);
    if (!refusal.isEmpty()) {
      throw EndpointFault.ofToken(refusal, answer.reason());
    }
    if (answer.status() == 403 && FORBIDDEN.contains(answer.reason())) {
      String said = exchange.said(PROBE_PATH, answer.summary() + " " + answer.reason());
      throw EndpointFault.ofToken(said, answer.reason());
    }
    if (Verdict.of(answer.status()) != Verdict.ACCEPTED || !hasSchema(answer.body(), LIST)) {
      throw new EndpointFault(
          !isForLater(answer), exchange.said(PROBE_PATH, answer.summary()), answer.retryAfter());
    }
  }

  private static boolean hasSchema(JsonNode body, String urn) {
    for (JsonNode schema : body.path("schemas")) {
      if (urn.equals(schema.asText())) {
        return true;
      }
    }
    return false;
  }
}
