package com.abilian.sbe.scim.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.Set;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BulkResponseTest {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final BulkOperation ONE = new BulkOperation("u1", "{}", 2);

  private static JsonNode json(String text) {
    try {
      return JSON.readTree(text.replace('\'', '"'));
    } catch (Exception impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  private static ScimAnswer answer(String operations) {
    return BulkResponse.of(json("{'Operations':[" + operations + "]}")).answer(ONE);
  }

  @ParameterizedTest
  @CsvSource({
    "https://sbe.example.org/scim/v2/Users/r-1, r-1",
    "/Users/r-1, r-1",
    "Users/r-1, r-1",
    "https://sbe.example.org/Users/a%20b+c, a b+c",
    "https://sbe.example.org/Users/100%, 100%"
  })
  void whoWasCreatedIsWhereTheLocationSays(String location, String id) {
    ScimAnswer answer =
        answer("{'bulkId':'u1','status':'201','location':'" + location + "','version':'W/7'}");
    assertEquals(201, answer.status());
    assertEquals(id, answer.id());
    assertEquals("W/7", answer.version());
  }

  @Test
  void aResourceInTheAnswerTellsItsIdItself() {
    ScimAnswer answer =
        answer(
            "{'bulkId':'u1','status':'201','location':'/Users/other',"
                + "'response':{'id':'r-1','meta':{'version':'7'}}}");
    assertEquals("r-1", answer.id());
    assertEquals("7", answer.version());
  }

  @Test
  void aRefusalIsTheErrorThatARequestWouldGet() {
    ScimAnswer answer =
        answer(
            "{'bulkId':'u1','status':'409',"
                + "'response':{'scimType':'uniqueness','reason':'last_administrator'}}");
    assertEquals("409 uniqueness last_administrator", answer.summary());
  }

  @ParameterizedTest
  @ValueSource(strings = {"'201'", "201", "{'code':'201'}", "{'code':201}"})
  void aStatusMayBeWrittenAsDraftsOfTheStandardDid(String status) {
    assertEquals(
        201, answer("{'bulkId':'u1','location':'/Users/r-1','status':" + status + "}").status());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "{'bulkId':'u2','status':'201','location':'/Users/r-1'}",
        "{'status':'201','location':'/Users/r-1'}",
        "{'bulkId':'u1'}",
        "{'bulkId':'u1','status':'201'}",
        "{'bulkId':'u1','status':'201','location':'https://sbe.example.org/scim/v2/Users/'}",
        "{'bulkId':'u1','status':'201','location':'https://sbe.example.org/Groups/r-1'}",
        "{'bulkId':'u1','status':'done'}",
        "{'bulkId':'u1','status':'99'}",
        "{'bulkId':'u1','status':'409'},{'bulkId':'u1','status':'400'}",
        "null, 7, 'u1'"
      })
  void whatNobodyCanTellIsNoAnswer(String operations) {
    assertNull(answer(operations));
  }

  @ParameterizedTest
  @ValueSource(strings = {"{}", "[]", "'x'", "null", "{'Operations':{}}", "{'id':'u1'}"})
  void whatIsNoBulkResponseIsNone(String body) {
    assertNull(BulkResponse.of(json(body)));
  }

  @Provide
  Arbitrary<Set<Integer>> told() {
    return Arbitraries.integers().between(0, 40).set();
  }

  /** Whatever was left out, and in whatever order: each gets its own answer or none. */
  @Property
  void eachGetsItsOwnAnswer(@ForAll("told") Set<Integer> told) {
    String operations =
        told.stream()
            .map("{'bulkId':'u%1$d','status':'201','location':'/Users/r-%1$d'}"::formatted)
            .reduce((a, b) -> b + "," + a)
            .orElse("");
    BulkResponse response = BulkResponse.of(json("{'Operations':[" + operations + "]}"));
    for (int i = 0; i <= 40; i++) {
      ScimAnswer answer = response.answer(new BulkOperation("u" + i, "{}", 2));
      if (told.contains(i)) {
        assertNotNull(answer);
        assertEquals("r-" + i, answer.id());
      } else {
        assertNull(answer);
      }
    }
  }
}
