package com.abilian.sbe.scim.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class VerdictTest {

  private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");

  @ParameterizedTest
  @CsvSource({
    "200,ACCEPTED",
    "201,ACCEPTED",
    "204,ACCEPTED",
    "301,PAUSE_ENDPOINT",
    "400,REFUSED",
    "401,PAUSE_ENDPOINT",
    "403,PAUSE_ENDPOINT",
    "404,NOT_FOUND",
    "408,RETRY_RESOURCE",
    "409,CONFLICT",
    "412,RETRY_RESOURCE",
    "413,REFUSED",
    "422,REFUSED",
    "429,RETRY_ENDPOINT",
    "500,RETRY_RESOURCE",
    "502,RETRY_RESOURCE",
    "503,RETRY_ENDPOINT"
  })
  void followsTheStatus(int status, Verdict verdict) {
    assertEquals(verdict, Verdict.of(status));
  }

  @ParameterizedTest
  @CsvSource({
    "7,7",
    "0,0",
    "' 7 ',7",
    "999999999,999999999",
    "'Sun, 01 Mar 2026 12:00:30 GMT',30",
    "'Sun, 1 Mar 2026 12:00:30 GMT',30",
    "'Sun, 01 Mar 2026 11:00:00 GMT',0"
  })
  void retryAfterIsSecondsOrADate(String value, long seconds) {
    assertEquals(Duration.ofSeconds(seconds), RetryAfter.parse(value, NOW));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "soon",
        "",
        "-1",
        "+7",
        "1.5",
        "7 seconds",
        "9999999999",
        "99999999999999999999999999999999",
        "\u0667",
        "Sun, 32 Mar 2026 12:00:30 GMT",
        "Mon, 01 Mar 2026 12:00:30 GMT",
        "2026-03-01T12:00:30Z",
        "Sun, 01 Mar 2026 12:00:30"
      })
  void malformedRetryAfterIsIgnored(String value) {
    assertNull(RetryAfter.parse(value, NOW));
  }

  @Test
  void summaryNeverQuotesTheReceiversText() throws JsonProcessingException {
    ScimAnswer taken =
        new ScimAnswer(
            409,
            new ObjectMapper()
                .readTree("{\"scimType\":\"uniqueness\",\"detail\":\"zoe is taken\"}"),
            null);
    assertEquals("409 uniqueness", taken.summary());
    assertEquals("ScimAnswer[409 uniqueness]", taken.toString());
    ScimAnswer odd =
        new ScimAnswer(
            400, new ObjectMapper().readTree("{\"scimType\":\"zoe@example.org\"}"), null);
    assertEquals("400", odd.summary());
  }

  @Test
  void answerWithoutBodyHasNoId() {
    ScimAnswer empty = new ScimAnswer(204, MissingNode.getInstance(), null);
    assertNull(empty.id());
    assertNull(empty.version());
    assertEquals("", empty.detail());
  }
}
