package com.abilian.sbe.scim.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.abilian.sbe.scim.ManualClock;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TokenRequestTest {

  private static final String GIVEN =
      "{\"access_token\":\"abc\",\"token_type\":\"bearer\",\"expires_in\":60}";

  private final ManualClock clock = new ManualClock();
  private final ScimTransport transport = new ScimTransport(Clock.systemUTC());
  private final HttpServer server;

  /** Header and body of each request. */
  private final List<String> asked = Collections.synchronizedList(new ArrayList<>());

  private int status = 200;
  private String answer = GIVEN;

  TokenRequestTest() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/token", this::handle);
    server.start();
  }

  @AfterEach
  void close() {
    server.stop(0);
  }

  private void handle(HttpExchange exchange) throws IOException {
    String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
    asked.add(
        exchange.getRequestMethod()
            + " "
            + exchange.getRequestHeaders().getFirst("Content-Type")
            + " "
            + exchange.getRequestHeaders().getFirst("Authorization")
            + " "
            + body);
    byte[] bytes = answer.getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().add("Retry-After", "7");
    exchange.getResponseHeaders().add("Location", url() + "/elsewhere");
    exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
    exchange.getResponseBody().write(bytes);
    exchange.close();
  }

  private URI url() {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/token");
  }

  private CachedToken.Issued issued() throws EndpointFault {
    return TokenRequest.bySecret(url(), "scim", "s3cret", null).send(transport, clock);
  }

  private EndpointFault fault() {
    EndpointFault fault = assertThrows(EndpointFault.class, this::issued);
    assertEquals(EndpointFault.TOKEN_REFUSED, fault.code());
    assertTrue(fault.getMessage().startsWith(url().toString()), fault.getMessage());
    assertFalse(fault.getMessage().contains("s3cret"), fault.getMessage());
    return fault;
  }

  @Test
  void aSecretTravelsInTheHeaderEncodedAsAForm() throws EndpointFault {
    TokenRequest.bySecret(url(), "scim client", "a:b+c%~", "read write").send(transport, clock);
    String pair =
        Base64.getEncoder()
            .encodeToString("scim+client:a%3Ab%2Bc%25%7E".getBytes(StandardCharsets.US_ASCII));
    assertEquals(
        List.of(
            "POST application/x-www-form-urlencoded Basic "
                + pair
                + " grant_type=client_credentials&scope=read+write"),
        asked);
  }

  @Test
  void anAssertionTravelsInTheForm() throws EndpointFault {
    TokenRequest.byAssertion(url(), "scim", "h.c.s", null).send(transport, clock);
    assertEquals(
        List.of(
            "POST application/x-www-form-urlencoded null grant_type=client_credentials"
                + "&client_id=scim&client_assertion_type="
                + "urn%3Aietf%3Aparams%3Aoauth%3Aclient-assertion-type%3Ajwt-bearer"
                + "&client_assertion=h.c.s"),
        asked);
  }

  @ParameterizedTest
  @CsvSource({
    "'',300",
    "',\"expires_in\":60',60",
    "',\"expires_in\":\"60\"',60",
    "',\"expires_in\":-5',0",
    "',\"expires_in\":null',300",
    "',\"expires_in\":9000000000000000000',86400"
  })
  void aTokenIsGoodForAsLongAsTheServerSaysWithinADay(String told, long seconds) throws Exception {
    answer = "{\"access_token\":\"abc\",\"token_type\":\"Bearer\"" + told + "}";
    CachedToken.Issued issued = issued();
    assertEquals("abc", issued.token());
    assertEquals(Duration.ofSeconds(seconds), Duration.between(clock.instant(), issued.expires()));
  }

  @ParameterizedTest
  @CsvSource({
    "400,invalid_scope,true,' invalid_scope: check tokenScope'",
    "401,invalid_client,true,' invalid_client: check clientId, its secret or key'",
    "401,unauthorized_client,true,' unauthorized_client: check clientId, its secret or key'",
    "400,zoe is not known,true,': check tokenUrl and clientId'",
    "404,x,true,': check tokenUrl and clientId'",
    "302,x,true,': check tokenUrl and clientId'",
    "403,x,true,': check tokenUrl and clientId'",
    "429,x,false,''",
    "500,x,false,''",
    "503,temporarily_unavailable,false,''"
  })
  void aRefusalIsToldByItsCodeAndNothingElse(
      int given, String error, boolean needsOperator, String told) {
    status = given;
    answer = "{\"error\":\"" + error + "\",\"error_description\":\"about zoe\"}";
    EndpointFault fault = fault();
    assertEquals(needsOperator, fault.needsOperator());
    assertTrue(
        fault.getMessage().startsWith(url() + " answered " + given + told), fault.getMessage());
    assertFalse(fault.getMessage().contains("zoe"), fault.getMessage());
    assertEquals(Duration.ofSeconds(7), fault.retryAfter());
    assertEquals(1, asked.size(), "a redirect is not followed");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "<html>",
        "[]",
        "{}",
        "{\"access_token\":\"abc\"}",
        "{\"access_token\":\"abc\",\"token_type\":\"mac\"}",
        "{\"access_token\":\"a b\",\"token_type\":\"Bearer\"}",
        "{\"access_token\":5,\"token_type\":[]}"
      })
  void whatIsNoTokenNeedsAnOperator(String body) {
    answer = body;
    assertTrue(fault().needsOperator());
  }

  @Test
  void anAnswerThatIsTooLongIsNotRead() {
    answer = " ".repeat(65 << 10) + GIVEN;
    assertFalse(fault().needsOperator());
  }

  @Test
  void aServerThatIsAwayIsTriedAgain() {
    server.stop(0);
    EndpointFault fault = fault();
    assertFalse(fault.needsOperator());
    assertTrue(fault.getMessage().endsWith("connection refused"), fault.getMessage());
  }
}
