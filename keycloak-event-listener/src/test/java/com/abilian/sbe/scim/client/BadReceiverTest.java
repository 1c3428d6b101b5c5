package com.abilian.sbe.scim.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Receivers that do harm: what they say costs Keycloak little, and is never believed or repeated.
 */
class BadReceiverTest {

  private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");
  private static final int MEBIBYTE = 1 << 20;

  /** Whoever waits so long hangs. */
  private static final Duration HANGS = Duration.ofSeconds(40);

  private final ScimTransport transport = new ScimTransport(Clock.fixed(NOW, ZoneOffset.UTC));

  private ScimAnswer send(RawReceiver receiver, String method) throws Exception {
    return transport.send(method, receiver.uri(), "secret", "GET".equals(method) ? null : Map.of());
  }

  private TransportException fails(RawReceiver receiver, String method) {
    return assertTimeoutPreemptively(
        HANGS, () -> assertThrows(TransportException.class, () -> send(receiver, method)));
  }

  private static String answer(String body) {
    return "HTTP/1.1 200 OK\r\nContent-Length: " + body.length() + "\r\n\r\n" + body;
  }

  private static void repeat(OutputStream out, String head, byte[] part) throws IOException {
    out.write(head.getBytes(StandardCharsets.ISO_8859_1));
    while (true) {
      out.write(part);
    }
  }

  @Test
  void anAnswerIsReadWithItsBody() throws Exception {
    try (RawReceiver receiver = RawReceiver.saying(answer("{\"id\":\"7\"}"))) {
      ScimAnswer answer = send(receiver, "POST");
      assertEquals(200, answer.status());
      assertEquals("7", answer.id());
      String head = receiver.requests().get(0);
      assertTrue(head.startsWith("POST /scim/v2/Users HTTP/1.1\r\n"), head);
      assertTrue(head.contains("Authorization: Bearer secret\r\n"), head);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {301, 302, 303, 307, 308})
  void aRedirectIsNotFollowedAndTakesNoTokenAlong(int status) throws Exception {
    try (RawReceiver elsewhere = RawReceiver.saying(answer("{}"));
        RawReceiver receiver =
            RawReceiver.saying(
                "HTTP/1.1 "
                    + status
                    + " Moved\r\nContent-Length: 0\r\nLocation: "
                    + elsewhere.uri()
                    + "\r\n\r\n")) {
      assertEquals(status, send(receiver, "GET").status());
      assertEquals(List.of(), elsewhere.requests());
    }
  }

  /** All at the same time, because each takes as long as the transport waits. */
  @Test
  void nobodyIsWaitedForWithoutEnd() throws Exception {
    byte[] letter = {'a'};
    List<RawReceiver.Behaviour> slow =
        List.of(
            (connection, out) -> connection.getInputStream().readAllBytes(),
            (connection, out) -> drip(out, "HTTP/1.1 200 OK\r\nA: ", letter),
            (connection, out) ->
                drip(out, "HTTP/1.1 200 OK\r\nContent-Length: 9999\r\n\r\n", letter),
            (connection, out) -> drip(out, "HTTP/1.1 200 OK\r\n\r\n", letter),
            (connection, out) ->
                drip(
                    out,
                    "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n",
                    "1\r\na\r\n".getBytes(StandardCharsets.ISO_8859_1)));
    List<RawReceiver> receivers = slow.stream().map(RawReceiver::new).toList();
    ExecutorService callers = Executors.newFixedThreadPool(slow.size());
    try {
      List<Future<TransportException>> failures = new ArrayList<>();
      for (RawReceiver receiver : receivers) {
        failures.add(callers.submit(() -> fails(receiver, "GET")));
      }
      for (Future<TransportException> failure : failures) {
        assertEquals(TransportException.Kind.TIMED_OUT, failure.get().kind());
      }
    } finally {
      callers.shutdownNow();
      for (RawReceiver receiver : receivers) {
        receiver.close();
      }
    }
  }

  private static void drip(OutputStream out, String head, byte[] part)
      throws IOException, InterruptedException {
    out.write(head.getBytes(StandardCharsets.ISO_8859_1));
    while (true) {
      out.write(part);
      out.flush();
      // A drip: slow enough that no size is reached, fast enough that no pause is long.
      Thread.sleep(200);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "'HTTP/1.1 200 OK\r\n\r\n'",
    "'HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\n'",
    "'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n7fffffff\r\n'"
  })
  void anEndlessBodyIsNotTaken(String head) throws Exception {
    AtomicLong sent = new AtomicLong();
    byte[] part = new byte[MEBIBYTE];
    try (RawReceiver receiver =
        new RawReceiver(
            (connection, out) -> {
              out.write(head.getBytes(StandardCharsets.ISO_8859_1));
              while (true) {
                out.write(part);
                sent.addAndGet(part.length);
              }
            })) {
      TransportException failure = fails(receiver, "GET");
      assertEquals(TransportException.Kind.BROKEN, failure.kind());
      assertTrue(failure.getMessage().contains("longer than 16777216 bytes"), failure.getMessage());
    }
    // What is taken at most, and what the sockets hold.
    assertTrue(sent.get() < 48L * MEBIBYTE, sent + " bytes were taken");
  }

  @ParameterizedTest
  @ValueSource(strings = {"PUT", "PATCH", "DELETE"})
  void theStatusOfAWriteCountsWhateverFollows(String method) throws Exception {
    try (RawReceiver receiver =
        new RawReceiver(
            (connection, out) -> repeat(out, "HTTP/1.1 409 No\r\n\r\n", new byte[MEBIBYTE]))) {
      ScimAnswer answer = assertTimeoutPreemptively(HANGS, () -> send(receiver, method));
      assertEquals(409, answer.status());
      assertNull(answer.id());
    }
  }

  @Test
  void endlessHeadersAreNotTaken() throws Exception {
    try (RawReceiver receiver =
        new RawReceiver(
            (connection, out) ->
                repeat(
                    out,
                    "HTTP/1.1 200 OK\r\n",
                    "A: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\r\n"
                        .getBytes(StandardCharsets.ISO_8859_1)))) {
      assertEquals(TransportException.Kind.BROKEN, fails(receiver, "GET").kind());
    }
  }

  @Test
  void aBodyThatIsCompressedStaysCompressed() throws Exception {
    ByteArrayOutputStream bomb = new ByteArrayOutputStream();
    try (OutputStream zipped = new GZIPOutputStream(bomb)) {
      byte[] part = new byte[MEBIBYTE];
      for (int count = 0; count < 64; count++) {
        zipped.write(part);
      }
    }
    String head =
        "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: " + bomb.size() + "\r\n\r\n";
    try (RawReceiver receiver =
        new RawReceiver(
            (connection, out) -> {
              out.write(head.getBytes(StandardCharsets.ISO_8859_1));
              bomb.writeTo(out);
            })) {
      ScimAnswer answer = send(receiver, "GET");
      assertTrue(answer.body().isNull());
      assertFalse(receiver.requests().get(0).toLowerCase().contains("accept-encoding"));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"[", "{\"a\":"})
  void deepJsonIsNone(String level) throws Exception {
    try (RawReceiver receiver = RawReceiver.saying(answer(level.repeat(200_000)))) {
      assertTrue(send(receiver, "GET").body().isNull());
    }
  }

  /** A few hundred kilobytes would become a hundred times as much. */
  @Test
  void denseJsonIsNone() throws Exception {
    String dense = "[" + "{},".repeat(300_000) + "{}]";
    try (RawReceiver receiver = RawReceiver.saying(answer(dense))) {
      assertTrue(send(receiver, "GET").body().isNull());
    }
  }

  @Test
  void longAnswersTakeMemoryOfTheirOwnOnly() throws Exception {
    MemoryBudget all = MemoryBudget.of(3 * MEBIBYTE);
    ScimTransport one = transport.with(all.part(2));
    String medium = "\"" + "a".repeat(100_000) + "\"";
    String large = "\"" + "a".repeat(200_000) + "\"";
    try (RawReceiver receiver = RawReceiver.saying(answer(large))) {
      TransportException tooLong =
          assertThrows(TransportException.class, () -> one.send("GET", receiver.uri(), null, null));
      assertTrue(tooLong.getMessage().contains("than there is memory for"), tooLong.getMessage());
    }
    assertTrue(all.take(3 * MEBIBYTE), "what was taken was given back");
    String usual = "\"" + "a".repeat(60_000) + "\"";
    try (RawReceiver receiver = RawReceiver.saying(answer(usual))) {
      assertEquals(60_000, one.send("GET", receiver.uri(), null, null).body().asText().length());
    }
    all.give(3 * MEBIBYTE);
    try (RawReceiver receiver = RawReceiver.saying(answer(medium))) {
      assertEquals(100_000, one.send("GET", receiver.uri(), null, null).body().asText().length());
    }
    assertTrue(all.take(3 * MEBIBYTE), "what was read was given back");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "<html>", "{", "\u0000", "{\"id\":}", "nul", "1e99999999999"})
  void whatIsNoResourceHasNoId(String body) throws Exception {
    try (RawReceiver receiver = RawReceiver.saying(answer(body))) {
      ScimAnswer answer = send(receiver, "POST");
      assertEquals(200, answer.status());
      assertNull(answer.id());
      assertNull(answer.version());
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "zoe@example.org\r\n\r\n",
        "HTTP/9.9 zoe\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: zoe\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzoe\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\nzoe",
        ""
      })
  void whatIsNoHttpIsABrokenConnectionAndNeverQuoted(String answer) throws Exception {
    try (RawReceiver receiver = RawReceiver.saying(answer)) {
      TransportException failure = fails(receiver, "GET");
      assertEquals(TransportException.Kind.BROKEN, failure.kind());
      assertFalse(failure.getMessage().contains("zoe"), failure.getMessage());
    }
  }

  @Test
  void aConnectionThatIsResetMayHaveCarriedTheRequest() throws Exception {
    try (RawReceiver receiver =
        new RawReceiver((connection, out) -> connection.setSoLinger(true, 0))) {
      assertEquals(TransportException.Kind.BROKEN, fails(receiver, "POST").kind());
    }
  }

  @Test
  void whereNobodyListensNothingWasSent() throws Exception {
    int free;
    try (ServerSocket probe = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      free = probe.getLocalPort();
    }
    TransportException failure =
        assertThrows(
            TransportException.class,
            () -> transport.send("GET", URI.create("http://127.0.0.1:" + free), null, null));
    assertEquals(TransportException.Kind.NOT_SENT, failure.kind());
  }

  @Test
  void whoSpeaksNoTlsIsNotTrusted() throws Exception {
    try (RawReceiver receiver =
        new RawReceiver(
            (connection, out) -> {
              out.write("zoe is no TLS, whatever it is".getBytes(StandardCharsets.ISO_8859_1));
              connection.getInputStream().readAllBytes();
            })) {
      URI secure = URI.create(receiver.uri().toString().replace("http:", "https:"));
      TransportException failure =
          assertThrows(
              TransportException.class, () -> transport.send("GET", secure, "secret", null));
      assertEquals(TransportException.Kind.UNTRUSTED, failure.kind());
      assertFalse(failure.getMessage().contains("zoe"), failure.getMessage());
      assertFalse(receiver.requests().get(0).contains("secret"));
    }
  }

  @ParameterizedTest
  @CsvSource({"'7',7", "'Sun, 01 Mar 2026 12:00:30 GMT',30", "'zoe',"})
  void retryAfterIsRead(String value, Long seconds) throws Exception {
    try (RawReceiver receiver =
        RawReceiver.saying(
            "HTTP/1.1 503 Busy\r\nContent-Length: 0\r\nRetry-After: " + value + "\r\n\r\n")) {
      assertEquals(
          seconds == null ? null : Duration.ofSeconds(seconds), send(receiver, "GET").retryAfter());
    }
  }

  @Test
  void aBodyOfExactlyTheLimitIsTaken() throws Exception {
    try (RawReceiver receiver =
        new RawReceiver(
            (connection, out) -> {
              out.write(
                  ("HTTP/1.1 200 OK\r\nContent-Length: " + 16 * MEBIBYTE + "\r\n\r\n\"")
                      .getBytes(StandardCharsets.ISO_8859_1));
              byte[] text = "a".repeat(16 * MEBIBYTE - 2).getBytes(StandardCharsets.ISO_8859_1);
              out.write(text);
              out.write('"');
            })) {
      assertEquals(16 * MEBIBYTE - 2, send(receiver, "GET").body().asText().length());
    }
  }

  /**
   * The JDK keeps sockets open for the next request: a receiver's last word must not be taken for
   * another answer.
   */
  @Test
  void whatFollowsAnAnswerIsNotTheNextOne() throws Exception {
    try (RawReceiver receiver =
        RawReceiver.saying(answer("{\"id\":\"7\"}") + answer("{\"id\":\"smuggled\"}"))) {
      assertEquals("7", send(receiver, "GET").id());
      assertEquals("7", send(receiver, "GET").id());
      assertEquals(2, receiver.requests().size());
    }
  }
}
