package com.abilian.sbe.scim.keycloak;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.abilian.sbe.scim.Proxies;
import com.abilian.sbe.scim.client.EndpointFault;
import com.abilian.sbe.scim.client.ScimTransport;
import com.abilian.sbe.scim.endpoint.Endpoint;
import com.abilian.sbe.scim.endpoint.InvalidEndpointException;
import com.abilian.sbe.scim.endpoint.StoredSecrets;
import com.abilian.sbe.scim.store.TestDatabase;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.keycloak.component.ComponentModel;
import org.keycloak.models.KeycloakSession;
import org.keycloak.vault.VaultStringSecret;
import org.keycloak.vault.VaultTranscriber;

/** Where secrets come from; signing is tried with a real Keycloak. */
class RealmTokensTest {

  private final TestDatabase database = new TestDatabase();
  private final StoredSecrets stored = new StoredSecrets(database);
  private final RealmTokens tokens = new RealmTokens(null, stored);
  private final ScimTransport transport = new ScimTransport(Clock.systemUTC());
  private final Map<String, String> vault = new HashMap<>();
  private final KeycloakSession session =
      Proxies.of(
          KeycloakSession.class,
          Map.of(
              "vault",
              none ->
                  Proxies.of(
                      VaultTranscriber.class,
                      Map.of("getStringSecret", asked -> secret((String) asked[0])))));

  private final HttpServer server;
  private final List<String> asked = Collections.synchronizedList(new ArrayList<>());

  RealmTokensTest() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          asked.add(exchange.getRequestHeaders().getFirst("Authorization"));
          byte[] answer =
              "{\"access_token\":\"given\",\"token_type\":\"Bearer\"}"
                  .getBytes(StandardCharsets.US_ASCII);
          exchange.sendResponseHeaders(200, answer.length);
          exchange.getResponseBody().write(answer);
          exchange.close();
        });
    server.start();
  }

  @AfterEach
  void close() throws SQLException {
    server.stop(0);
    database.close();
  }

  private VaultStringSecret secret(String expression) {
    return new VaultStringSecret() {
      @Override
      public Optional<String> get() {
        return Optional.ofNullable(vault.get(expression));
      }

      @Override
      public void close() {}
    };
  }

  private ComponentModel component(String auth, String key, String secret) {
    ComponentModel model = new ComponentModel();
    model.setId("e");
    model.put("url", "https://sbe.example.org/scim/v2");
    model.put("auth", auth);
    model.put("clientId", "scim");
    model.put("tokenUrl", "http://127.0.0.1:" + server.getAddress().getPort());
    model.put(key, secret);
    return model;
  }

  private static Endpoint endpoint(String id, ComponentModel model)
      throws InvalidEndpointException {
    return Endpoint.of(id, "r", "n", model.getConfig());
  }

  private String issued(Endpoint endpoint) throws EndpointFault {
    return tokens.issueWithin(session, endpoint, transport).token();
  }

  private static String basic(String secret) {
    byte[] pair = ("scim:" + secret).getBytes(StandardCharsets.US_ASCII);
    return "Basic " + Base64.getEncoder().encodeToString(pair);
  }

  @Test
  void aSecretIsTakenOutOfItsComponentAndSentToTheTokenEndpoint() throws Exception {
    ComponentModel model = component("client-secret", "clientSecret", "s3cret");
    model.put("bearerToken", "left-over");
    stored.takeOut(session, model, endpoint("e", model));
    assertFalse(model.getConfig().toString().contains("s3cret"), "it is kept apart");
    assertFalse(model.contains("bearerToken"));
    assertEquals("given", issued(endpoint("e", model)));
    assertEquals(List.of(basic("s3cret")), asked);

    model.put("tokenUrl", "https://elsewhere");
    EndpointFault moved = assertThrows(EndpointFault.class, () -> issued(endpoint("e", model)));
    assertTrue(moved.getMessage().contains("give clientSecret again"), moved.getMessage());
    assertTrue(moved.needsOperator());
  }

  @Test
  void aSecretEndsWithTheWayOfSigningInThatItWasFor() throws Exception {
    ComponentModel model = component("client-secret", "clientSecret", "s3cret");
    stored.takeOut(session, model, endpoint("e", model));
    Endpoint before = endpoint("e", model);
    model.put("auth", "private-key");
    stored.takeOut(session, model, endpoint("e", model));
    assertFalse(model.contains("clientSecret"));
    assertThrows(EndpointFault.class, () -> issued(before));
  }

  @Test
  void theVaultIsAskedEachTime() throws Exception {
    Endpoint client = endpoint("e", component("client-secret", "clientSecret", "${vault.scim}"));
    Endpoint bearer = endpoint("e", component("bearer", "bearerToken", "${vault.scim}"));
    for (Endpoint endpoint : List.of(client, bearer)) {
      EndpointFault none = assertThrows(EndpointFault.class, () -> issued(endpoint));
      assertTrue(none.getMessage().contains("${vault.scim}"), none.getMessage());
    }
    vault.put("${vault.scim}", "first\n");
    assertEquals("first", issued(bearer));
    issued(client);
    vault.put("${vault.scim}", "second");
    issued(client);
    assertEquals(List.of(basic("first"), basic("second")), asked);
  }

  @ParameterizedTest
  @ValueSource(strings = {"two\nlines", "caf\u00e9"})
  void whatCannotBeASecretIsNotRepeated(String secret) throws Exception {
    vault.put("${vault.scim}", secret);
    Endpoint client = endpoint("e", component("client-secret", "clientSecret", "${vault.scim}"));
    Endpoint bearer = endpoint("e", component("bearer", "bearerToken", "${vault.scim}"));
    for (Endpoint endpoint : List.of(client, bearer)) {
      String told = assertThrows(EndpointFault.class, () -> issued(endpoint)).getMessage();
      assertFalse(told.contains(secret), told);
    }
    assertEquals(List.of(), asked);
  }

  @Test
  void onlyACheckTakesTheSecretOutOfTheConfiguration() throws Exception {
    ComponentModel bearer = component("bearer", "bearerToken", "t0ken");
    ComponentModel client = component("client-secret", "clientSecret", "s3cret");
    assertEquals("t0ken", issued(endpoint(null, bearer)));
    assertEquals("given", issued(endpoint(null, client)));
    for (ComponentModel model : List.of(bearer, client)) {
      assertThrows(EndpointFault.class, () -> issued(endpoint("e", model)));
    }
  }
}
