package com.abilian.sbe.scim.client;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ScimAnswerTest {

  @ParameterizedTest
  @CsvSource({
    "uniqueness,409 uniqueness",
    "invalidCursor,409 invalidCursor",
    "JeanDupontNeAParisLeDeuxMai,409",
    "Uniqueness,409",
    "'',409"
  })
  void passesOnNoErrorTypeThatTheReceiverMadeUp(String type, String summary) {
    var body = JsonNodeFactory.instance.objectNode().put("scimType", type);
    assertEquals(summary, new ScimAnswer(409, body, null).summary());
  }
}
