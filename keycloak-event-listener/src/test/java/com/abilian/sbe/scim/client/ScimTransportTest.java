package com.abilian.sbe.scim.client;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A peer that is slow in any part of its answer ends with the total limit. */
@Timeout(9)
class ScimTransportTest {

  private static final Duration TOTAL = Duration.ofSeconds(1);

  private final ServerSocket server;
  private final List<Socket> taken = Collections.synchronizedList(new ArrayList<>());
  private final ScimTransport transport =
      new ScimTransport(Clock.systemUTC()).within(TOTAL, 1 << 20);

  ScimTransportTest() throws IOException {
    server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
  }

  @AfterEach
  void close() throws IOException {
    server.close();
    for (Socket socket : taken) {
      socket.close();
    }
  }

  private URI url(String scheme) {
    return URI.create(scheme + "://127.0.0.1:" + server.getLocalPort() + "/");
  }

  /** Writes {@code first}, then {@code drip} again and again, until somebody hangs up. */
  private void answer(String first, String drip) {
    Thread thread =
        new Thread(
            () -> {
              try (Socket socket = server.accept()) {
                taken.add(socket);
                OutputStream out = socket.getOutputStream();
                out.write(first.getBytes(US_ASCII));
                while (true) {
                  out.write(drip.getBytes(US_ASCII));
                  out.flush();
                  Thread.sleep(50);
                }
              } catch (IOException | InterruptedException end) {
                // The client has had enough.
              }
            });
    thread.setDaemon(true);
    thread.start();
  }

  private TransportException.Kind failure(String scheme) {
    return assertThrows(
            TransportException.class, () -> transport.send("GET", url(scheme), null, null))
        .kind();
  }

  @ParameterizedTest
  @CsvSource({"http,TIMED_OUT", "https,NOT_SENT"})
  void silenceEnds(String scheme, TransportException.Kind kind) {
    answer("", "");
    assertEquals(kind, failure(scheme));
  }

  @Test
  void headersThatDripEnd() {
    answer("HTTP/1.1 200 OK\r\n", "X: y\r\n");
    assertEquals(TransportException.Kind.TIMED_OUT, failure("http"));
  }

  @Test
  void aBodyThatDripsEnds() {
    answer("HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n", "x");
    assertEquals(TransportException.Kind.TIMED_OUT, failure("http"));
  }

  @Test
  void theLimitIsOfAllExchangesTogether() {
    answer("", "");
    assertEquals(TransportException.Kind.TIMED_OUT, failure("http"));
    // Nothing is left for the second: it is not even sent.
    assertEquals(TransportException.Kind.TIMED_OUT, failure("http"));
    assertEquals(1, taken.size());
  }
}
