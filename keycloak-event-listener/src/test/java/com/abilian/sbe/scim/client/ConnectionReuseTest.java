package com.abilian.sbe.scim.client;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A connection and its TLS handshake are paid for once, whatever the answers are. */
@Timeout(30)
class ConnectionReuseTest {

  private final ScimTransport transport = new ScimTransport(Clock.systemUTC());

  /** The client's port of every request: one for each connection. */
  private final List<Integer> ports = new CopyOnWriteArrayList<>();

  private HttpServer server;
  private volatile int status = 200;

  @BeforeEach
  void start() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          ports.add(exchange.getRemoteAddress().getPort());
          exchange.getRequestBody().readAllBytes();
          byte[] body = status == 204 ? new byte[0] : "{\"id\":\"1\"}".getBytes();
          exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
          exchange.getResponseBody().write(body);
          exchange.close();
        });
    server.start();
  }

  @AfterEach
  void stop() {
    server.stop(0);
  }

  private int send(ScimTransport by, String method) throws Exception {
    URI uri = URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/Users");
    return by.send(method, uri, "t", method.equals("GET") ? null : Map.of("a", "b")).status();
  }

  @Test
  void requestsThatFollowEachOtherShareOneConnection() throws Exception {
    for (String method : List.of("POST", "GET", "PUT", "PATCH", "GET")) {
      assertEquals(200, send(transport, method));
    }
    assertEquals(5, ports.size());
    assertEquals(1, Set.copyOf(ports).size());
  }

  @ParameterizedTest
  @ValueSource(ints = {204, 301, 400, 401, 404, 409, 412, 429, 500, 503})
  void anAnswerOfAnyStatusKeepsTheConnection(int answered) throws Exception {
    status = answered;
    assertEquals(answered, send(transport, "PUT"));
    status = 200;
    assertEquals(200, send(transport, "PUT"));
    assertEquals(1, Set.copyOf(ports).size());
  }

  @Test
  void aShorterLimitUsesTheSameConnection() throws Exception {
    send(transport, "GET");
    send(transport.within(Duration.ofSeconds(20), 1 << 20), "GET");
    assertEquals(1, Set.copyOf(ports).size());
  }
}
