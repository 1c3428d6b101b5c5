package com.abilian.sbe.scim.admin;

import com.abilian.sbe.scim.client.EndpointFault;
import com.abilian.sbe.scim.client.ScimClient;
import com.abilian.sbe.scim.client.ScimTransport;
import com.abilian.sbe.scim.endpoint.AllowedHosts;
import com.abilian.sbe.scim.endpoint.Endpoint;
import com.abilian.sbe.scim.token.CachedToken;
import com.abilian.sbe.scim.token.RealmTokens;
import java.time.Clock;
import org.keycloak.models.KeycloakSession;

/** Tries an endpoint's configuration stage by stage. */
final class Check {

  private final KeycloakSession session;
  private final AllowedHosts allowed;
  private final ScimTransport transport;

  Check(KeycloakSession session, AllowedHosts allowed, ScimTransport transport) {
    this.session = session;
    this.allowed = allowed;
    this.transport = transport;
  }

  CheckResult run(Endpoint endpoint) {
    if (!allowed.permits(endpoint.url())) {
      return CheckResult.failed(CheckResult.Stage.REACH, AllowedHosts.refusal(endpoint.url()));
    }
    CachedToken tokens =
        new CachedToken(() -> RealmTokens.issueWithin(session, endpoint), Clock.systemUTC());
    ScimClient client = new ScimClient(endpoint.url(), tokens, transport);
    CheckResult.Stage stage = CheckResult.Stage.REACH;
    try {
      client.reach();
      stage = CheckResult.Stage.TOKEN;
      tokens.token();
      stage = CheckResult.Stage.ACCEPT;
      client.probe();
      return new CheckResult(
          true, CheckResult.Stage.DONE, endpoint.url() + " takes this realm's token");
    } catch (EndpointFault fault) {
      return CheckResult.failed(stage, fault.getMessage());
    } catch (InterruptedException stopping) {
      Thread.currentThread().interrupt();
      return CheckResult.failed(stage, "the server is stopping");
    }
  }
}
