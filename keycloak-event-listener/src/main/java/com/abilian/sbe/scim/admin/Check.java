package com.abilian.sbe.scim.admin;

import com.abilian.sbe.scim.client.CachedToken;
import com.abilian.sbe.scim.client.CachedToken.Issued;
import com.abilian.sbe.scim.client.EndpointFault;
import com.abilian.sbe.scim.client.ScimClient;
import com.abilian.sbe.scim.client.ScimTransport;
import com.abilian.sbe.scim.client.Webhook;
import com.abilian.sbe.scim.endpoint.Endpoint;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;

/**
 * Tries an endpoint's configuration stage by stage, on a thread of the server: all stages together
 * take a few seconds at most. What an allowed host answers is told in codes and in our own words;
 * only an administrator who could have any host allowed is told what it really said.
 */
final class Check {

  /** Makes a token for an endpoint. */
  @FunctionalInterface
  interface Tokens {
    Issued issue(Endpoint endpoint, ScimTransport transport) throws EndpointFault;
  }

  static final Duration LIMIT = Duration.ofSeconds(5);
  private static final long LONGEST_ANSWER = 1 << 20;

  /** How a request without a logout token is refused (Back-Channel Logout 1.0 §2.8). */
  private static final int NO_LOGOUT_TOKEN = 400;

  /** What a receiver may say of a token; another code is not passed on. */
  private static final Set<String> REFUSALS =
      Set.of(
          "unknown_issuer",
          "source_disabled",
          "older_connector",
          "unlisted_client",
          "persons_token",
          "insufficient_scope");

  private final Tokens tokens;
  private final ScimTransport transport;
  private final boolean detailed;

  /**
   * @param detailed whether the caller is told what the receiver said
   */
  Check(Tokens tokens, ScimTransport transport, boolean detailed) {
    this.tokens = tokens;
    this.transport = transport.within(LIMIT, LONGEST_ANSWER);
    this.detailed = detailed;
  }

  /**
   * @param backChannel where sessions that began at the realm are ended; null where that is not
   *     asked
   */
  CheckResult run(Endpoint endpoint, URI backChannel) {
    CachedToken token = new CachedToken(() -> tokens.issue(endpoint, transport), Clock.systemUTC());
    ScimClient client = new ScimClient(endpoint.url(), token, transport);
    CheckResult.Stage stage = CheckResult.Stage.REACH;
    try {
      client.reach();
      stage = CheckResult.Stage.TOKEN;
      token.token();
      stage = CheckResult.Stage.ACCEPT;
      client.probe();
      stage = CheckResult.Stage.BACK_CHANNEL;
      Optional<String> refusal =
          backChannel == null
              ? Optional.empty()
              : new Webhook(transport).tryOut(backChannel, NO_LOGOUT_TOKEN);
      if (refusal.isPresent()) {
        String coarsely = "no sign-in of Abilian SBE answers at " + backChannel;
        return CheckResult.failed(
            stage, "no_back_channel", detailed ? coarsely + ": " + refusal.get() : coarsely);
      }
      return new CheckResult(
          true, CheckResult.Stage.DONE, null, endpoint.url() + " takes this realm's token");
    } catch (EndpointFault fault) {
      return failed(stage, fault, endpoint);
    } catch (InterruptedException stopping) {
      Thread.currentThread().interrupt();
      return CheckResult.failed(stage, "stopping", "the server is stopping");
    }
  }

  private CheckResult failed(CheckResult.Stage stage, EndpointFault fault, Endpoint endpoint) {
    return switch (stage) {
      case REACH ->
          CheckResult.failed(
              stage,
              "no_scim_service",
              told(fault, "no SCIM service answers at " + endpoint.url()));
      // Such messages contain only our own configuration, and codes of RFC 6749.
      case TOKEN ->
          CheckResult.failed(
              stage, fault.code().isEmpty() ? "no_token" : fault.code(), fault.getMessage());
      default -> {
        String code = REFUSALS.contains(fault.code()) ? fault.code() : "refused";
        yield CheckResult.failed(
            stage,
            code,
            told(fault, endpoint.url() + " does not take this realm's token: " + code));
      }
    };
  }

  private String told(EndpointFault fault, String coarsely) {
    return detailed ? fault.getMessage() : coarsely;
  }
}
