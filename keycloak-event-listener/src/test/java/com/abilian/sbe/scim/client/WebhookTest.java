package com.abilian.sbe.scim.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.time.Clock;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class WebhookTest {

  private final Webhook webhook = new Webhook(new ScimTransport(Clock.systemUTC()));

  private Optional<String> post(RawReceiver receiver) throws InterruptedException {
    return webhook.post(receiver.uri(), Map.of("alarm", "held"));
  }

  private static String answer(String status, String headers, String body) {
    return "HTTP/1.1 %s\r\n%sContent-Length: %d\r\n\r\n%s"
        .formatted(status, headers, body.length(), body);
  }

  @Test
  void itIsPlainJsonWithoutAToken() throws Exception {
    try (RawReceiver receiver = RawReceiver.saying(answer("204 No Content", "", ""))) {
      assertEquals(Optional.empty(), post(receiver));
      String head = receiver.requests().get(0);
      assertTrue(head.startsWith("POST "), head);
      assertTrue(head.contains("Content-Type: application/json\r\n"), head);
      assertFalse(head.contains("Authorization"), head);
    }
  }

  @Test
  void whatItAnswersBesideTheStatusIsNotRead() throws Exception {
    String page = answer("200 OK", "", "<html>" + "x".repeat(1 << 20));
    try (RawReceiver receiver = RawReceiver.saying(page)) {
      assertEquals(Optional.empty(), post(receiver));
    }
    try (RawReceiver receiver = RawReceiver.saying(answer("500 Oops", "", "about zoe"))) {
      assertEquals(Optional.of("it answered 500"), post(receiver));
    }
  }

  @Test
  void aRedirectIsNotFollowed() throws Exception {
    try (RawReceiver elsewhere = RawReceiver.saying(answer("204 No Content", "", ""))) {
      String location = "Location: " + elsewhere.uri() + "\r\n";
      try (RawReceiver receiver = RawReceiver.saying(answer("307 There", location, ""))) {
        assertEquals(Optional.of("it answered 307"), post(receiver));
      }
      assertTrue(elsewhere.requests().isEmpty());
    }
  }

  @Test
  void nobodyThereIsToldInOurOwnWords() throws InterruptedException, IOException {
    RawReceiver receiver = RawReceiver.saying("");
    receiver.close();
    assertEquals(Optional.of("connection refused"), post(receiver));
  }
}
