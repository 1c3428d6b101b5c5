package com.abilian.sbe.scim.admin;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.abilian.sbe.scim.client.EndpointFault;
import com.abilian.sbe.scim.client.ScimTransport;
import com.abilian.sbe.scim.client.TokenRequest;
import com.abilian.sbe.scim.deliver.FakeReceiver;
import com.abilian.sbe.scim.endpoint.AllowedHosts;
import com.abilian.sbe.scim.endpoint.TargetRules;
import jakarta.ws.rs.ForbiddenException;
import jakarta.ws.rs.core.Response;
import java.net.URI;
import java.time.Clock;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CheckResourceTest extends AdminFixture {

  private static final String CONFIG =
      "{'schemas':['urn:ietf:params:scim:schemas:core:2.0:ServiceProviderConfig']}";
  private static final String LIST =
      "{'schemas':['urn:ietf:params:scim:api:messages:2.0:ListResponse'],'totalResults':0}";

  private final FakeReceiver receiver = new FakeReceiver();
  private final Map<String, String> config = new HashMap<>();

  @BeforeEach
  void configure() {
    roles.add("manage-realm");
    config.put("url", receiver.url().toString());
    config.put("issuer", "https://id/realms/agents");
  }

  @AfterEach
  void closeReceiver() {
    receiver.close();
  }

  private CheckResult run() {
    Response answer = resource().check().run(config);
    assertEquals(200, answer.getStatus());
    return (CheckResult) answer.getEntity();
  }

  private void fails(CheckResult.Stage stage, String reason) {
    CheckResult result = run();
    assertFalse(result.ok());
    assertEquals(stage, result.stage());
    assertEquals(reason, result.reason());
  }

  @Test
  void needsTheRoleManageRealm() {
    roles.clear();
    roles.add("view-realm");
    assertEquals(
        "manage-realm",
        assertThrows(ForbiddenException.class, () -> resource().check().run(config)).getMessage());
    assertEquals(List.of(), receiver.asked());
  }

  @Test
  void whatTheScopeNamesAndTheRealmDoesNotHaveIsToldAndAsksNobody() {
    database.group("g", "Agents", " ");
    database.role("r", "agent", null);
    Map<String, Object> scoped = new HashMap<>(config);
    scoped.put("scopeGroups", List.of("/Agents", "/Elus"));
    scoped.put("scopeRoles", "chef");
    CheckResult result = (CheckResult) resource().check().run(scoped).getEntity();
    assertFalse(result.ok());
    assertEquals(CheckResult.Stage.SCOPE, result.stage());
    assertEquals("no_such_scope", result.reason());
    assertEquals("this realm has no group Elus, no role chef", result.detail());
    assertEquals(List.of(), receiver.asked());

    scoped.put("scopeGroups", List.of("/Agents"));
    scoped.put("scopeRoles", List.of("agent"));
    receiver.then(200, CONFIG).then(200, LIST);
    assertTrue(((CheckResult) resource().check().run(scoped).getEntity()).ok());
  }

  @Test
  void receiverThatTakesTheTokenIsDone() {
    receiver.then(200, CONFIG).then(200, LIST);
    CheckResult result = run();
    assertTrue(result.ok());
    assertEquals(CheckResult.Stage.DONE, result.stage());
    assertEquals(List.of("GET /ServiceProviderConfig", "GET /Users?count=0"), receiver.asked());
  }

  @ParameterizedTest
  @CsvSource({"url,", "url,not an address", "issuer,", "auth,kerberos", "enabled,perhaps"})
  void malformedConfigurationIsToldWithItsKeyAndAsksNobody(String key, String value) {
    config.put(key, value);
    fails(CheckResult.Stage.REACH, "malformed");
    assertTrue(run().detail().startsWith(key + ": "), run().detail());
    assertEquals(List.of(), receiver.asked());
  }

  @Test
  void noConfigurationAtAllIsMalformed() {
    CheckResult result = (CheckResult) resource().check().run(null).getEntity();
    assertEquals("malformed", result.reason());
  }

  @Test
  void hostThatIsNotAllowedIsNotAsked() {
    targets = new TargetRules(AllowedHosts.parse("elsewhere"), (endpoint, url) -> false);
    fails(CheckResult.Stage.REACH, "host_not_allowed");
    serverAdministrator = true;
    fails(CheckResult.Stage.REACH, "host_not_allowed");
    assertEquals(List.of(), receiver.asked());
  }

  @Test
  void onlyAnAdministratorOfTheServerMayTryAHostThatCouldBeLearnt() {
    targets = new TargetRules(AllowedHosts.parse(""), (endpoint, url) -> false);
    fails(CheckResult.Stage.REACH, "host_not_allowed");
    serverAdministrator = true;
    receiver.then(200, CONFIG).then(200, LIST);
    assertTrue(run().ok());
  }

  @Test
  void addressThatEndsSessionsIsTriedOutLastOfAll() {
    config.put("backChannel", receiver.url().resolve("/sign-in/back-channel").toString());
    receiver.then(200, CONFIG).then(200, LIST).then(400);
    assertTrue(run().ok());
    assertEquals("POST /sign-in/back-channel", receiver.asked().get(2));
    receiver.then(200, CONFIG).then(200, LIST).then(404);
    fails(CheckResult.Stage.BACK_CHANNEL, "no_back_channel");
    receiver.then(200, CONFIG).then(200, LIST).then(200);
    assertFalse(run().detail().contains("answered 200"), "only who may allow hosts is told more");
    serverAdministrator = true;
    receiver.then(200, CONFIG).then(200, LIST).then(200);
    assertTrue(run().detail().endsWith("/sign-in/back-channel: it answered 200"), run().detail());
  }

  @Test
  void addressThatEndsSessionsHasToBeOneThatIsAllowed() {
    config.put("backChannel", "https://other.example.org/sign-in/back-channel");
    targets = new TargetRules(AllowedHosts.parse(receiver.url().getAuthority()), (e, url) -> false);
    fails(CheckResult.Stage.REACH, "host_not_allowed");
    config.put("backChannel", "ftp://other.example.org/");
    fails(CheckResult.Stage.REACH, "malformed");
    assertEquals(List.of(), receiver.asked());
  }

  @Test
  void webhookOnAHostThatIsNotAllowedIsTold() {
    config.put("webhook", "https://hooks.example.org/x");
    fails(CheckResult.Stage.REACH, "host_not_allowed");
    assertTrue(run().detail().startsWith("its webhook is not "), run().detail());
    assertEquals(List.of(), receiver.asked());
  }

  @Test
  void whatIsNoScimServiceFailsAtReach() {
    receiver.then(404, "{}");
    fails(CheckResult.Stage.REACH, "no_scim_service");
  }

  @Test
  void tokenThatCannotBeMadeFailsAtToken() {
    noToken = new EndpointFault(true, "no token could be made: no key", null);
    receiver.then(200, CONFIG);
    fails(CheckResult.Stage.TOKEN, "no_token");
  }

  @Test
  void tokenEndpointThatRefusesFailsAtTokenWithItsCode() {
    noToken = refusal();
    receiver.then(200, CONFIG);
    fails(CheckResult.Stage.TOKEN, "token_refused");
  }

  private static EndpointFault refusal() {
    URI url;
    try (FakeReceiver away = new FakeReceiver()) {
      url = away.url();
    }
    TokenRequest request = TokenRequest.bySecret(url, "c", "s", null);
    ScimTransport transport = new ScimTransport(Clock.systemUTC());
    return assertThrows(EndpointFault.class, () -> request.send(transport, Clock.systemUTC()));
  }

  @ParameterizedTest
  @CsvSource({
    "401,unknown_issuer,unknown_issuer",
    "401,source_disabled,source_disabled",
    "401,made_up,refused",
    "403,unlisted_client,unlisted_client",
    "403,insufficient_scope,insufficient_scope",
    "403,persons_token,persons_token",
    "401,unlisted_client,unlisted_client",
    "403,unknown_issuer,refused"
  })
  void refusedTokenFailsAtAcceptWithACodeThatIsKnown(int status, String said, String reason) {
    String error = "{'detail':'about zoe','reason':'" + said + "'}";
    receiver.then(200, CONFIG).then(status, error);
    if (status == 401) {
      receiver.then(status, error);
    }
    fails(CheckResult.Stage.ACCEPT, reason);
  }

  @Test
  void onlyAnAdministratorOfTheServerIsToldWhatTheReceiverSaid() {
    String error = "{'detail':'issuer https://id is unknown','reason':'unknown_issuer'}";
    receiver.then(200, CONFIG).then(401, error).then(401, error);
    assertFalse(run().detail().contains("https://id is unknown"));
    serverAdministrator = true;
    receiver.then(200, CONFIG).then(401, error).then(401, error);
    assertTrue(run().detail().contains("https://id is unknown"));
  }

  @Test
  void moreThanTwoAtATimeAreToldToComeLater() {
    CheckResource.UNDER_WAY.acquireUninterruptibly(2);
    try {
      Response busy = resource().check().run(config);
      assertEquals(429, busy.getStatus());
      assertEquals("5", busy.getHeaderString("Retry-After"));
      assertEquals(List.of(), receiver.asked());
    } finally {
      CheckResource.UNDER_WAY.release(2);
    }
    receiver.then(200, CONFIG).then(200, LIST);
    assertTrue(run().ok(), "a check gives its place back");
    assertEquals(2, CheckResource.UNDER_WAY.availablePermits());
  }

  @Test
  void checkThatFailsGivesItsPlaceBack() {
    receiver.then(404, "{}");
    run();
    assertEquals(2, CheckResource.UNDER_WAY.availablePermits());
  }
}
