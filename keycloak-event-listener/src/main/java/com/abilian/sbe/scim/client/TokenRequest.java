package com.abilian.sbe.scim.client;

import com.abilian.sbe.scim.client.CachedToken.Issued;
import com.fasterxml.jackson.databind.JsonNode;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** A request for an access token by a client's own credentials (RFC 6749 §4.4.2). */
public final class TokenRequest {

  private static final String ASSERTION = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

  /** RFC 6749 §5.2: what a server may say of its refusal; another text is not passed on. */
  private static final Set<String> ERRORS =
      Set.of(
          "invalid_request",
          "invalid_client",
          "invalid_grant",
          "unauthorized_client",
          "unsupported_grant_type",
          "invalid_scope");

  /** Where the server does not say, which it should (RFC 6749 §5.1). */
  private static final Duration USUAL_LIFE = Duration.ofMinutes(5);

  /** Whatever the server says. */
  private static final Duration LONGEST_LIFE = Duration.ofDays(1);

  /** RFC 6750 §2.1. */
  private static final Pattern TOKEN = Pattern.compile("[A-Za-z0-9._~+/-]+=*");

  private final URI url;
  private final String authorization;
  private final Map<String, String> form = new LinkedHashMap<>();

  private TokenRequest(URI url, String authorization, String scope) {
    this.url = url;
    this.authorization = authorization;
    form.put("grant_type", "client_credentials");
    if (scope != null) {
      form.put("scope", scope);
    }
  }

  /**
   * By a secret, in the way that every server takes (RFC 6749 §2.3.1).
   *
   * @param scope null for none
   */
  public static TokenRequest bySecret(URI url, String clientId, String secret, String scope) {
    String pair = encoded(clientId) + ":" + encoded(secret);
    byte[] bytes = pair.getBytes(StandardCharsets.US_ASCII);
    return new TokenRequest(url, "Basic " + Base64.getEncoder().encodeToString(bytes), scope);
  }

  /**
   * By a signed assertion (RFC 7523 §2.2).
   *
   * @param scope null for none
   */
  public static TokenRequest byAssertion(URI url, String clientId, String assertion, String scope) {
    TokenRequest request = new TokenRequest(url, null, scope);
    request.form.put("client_id", clientId);
    request.form.put("client_assertion_type", ASSERTION);
    request.form.put("client_assertion", assertion);
    return request;
  }

  /**
   * @throws EndpointFault where no token comes; what the server's answer says is not repeated
   */
  public Issued send(ScimTransport transport, Clock clock) throws EndpointFault {
    try {
      return issued(transport.post(url, authorization, body()), clock);
    } catch (TransportException failure) {
      boolean untrusted = failure.kind() == TransportException.Kind.UNTRUSTED;
      throw EndpointFault.ofTokenEndpoint(untrusted, url + ": " + failure.getMessage(), null);
    } catch (InterruptedException stopping) {
      Thread.currentThread().interrupt();
      throw EndpointFault.ofTokenEndpoint(false, "the server is stopping", null);
    }
  }

  private Issued issued(ScimAnswer answer, Clock clock) throws EndpointFault {
    if (answer.status() != 200) {
      throw refused(answer);
    }
    JsonNode body = answer.body();
    String token = body.path("access_token").asText("");
    String type = body.path("token_type").asText("");
    if (!type.equalsIgnoreCase("Bearer") || !TOKEN.matcher(token).matches()) {
      String said = url + " answered 200 without a bearer token: check tokenUrl";
      throw EndpointFault.ofTokenEndpoint(true, said, null);
    }
    return new Issued(token, clock.instant().plus(life(body.path("expires_in"))));
  }

  private static Duration life(JsonNode told) {
    long seconds = told.asLong(USUAL_LIFE.toSeconds());
    return Duration.ofSeconds(Math.max(0, Math.min(seconds, LONGEST_LIFE.toSeconds())));
  }

  private EndpointFault refused(ScimAnswer answer) {
    boolean later =
        switch (Verdict.of(answer.status())) {
          case RETRY_ENDPOINT, RETRY_RESOURCE -> true;
          default -> false;
        };
    String told = answer.body().path("error").asText("");
    String error = ERRORS.contains(told) ? " " + told : "";
    String said = url + " answered " + answer.status() + error;
    String advised = later ? said : said + ": " + advice(told);
    return EndpointFault.ofTokenEndpoint(!later, advised, answer.retryAfter());
  }

  private static String advice(String error) {
    return switch (error) {
      case "invalid_client", "unauthorized_client", "invalid_grant" ->
          "check clientId, its secret or key, and that it may ask for tokens of its own";
      case "invalid_scope" -> "check tokenScope";
      default -> "check tokenUrl and clientId";
    };
  }

  private String body() {
    return form.entrySet().stream()
        .map(field -> encoded(field.getKey()) + "=" + encoded(field.getValue()))
        .collect(Collectors.joining("&"));
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }
}
