package com.abilian.sbe.scim.deliver;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.abilian.sbe.scim.ManualClock;
import com.abilian.sbe.scim.client.EndpointFault;
import com.abilian.sbe.scim.client.ResourceFault;
import com.abilian.sbe.scim.client.ScimClient;
import com.abilian.sbe.scim.client.ScimTransport;
import com.abilian.sbe.scim.project.Link;
import com.abilian.sbe.scim.project.Link.Remote;
import com.abilian.sbe.scim.project.ResourceType;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LooksTest {

  private static final String NONE = "{'Resources':[]}";
  private static final String BY_EXTERNAL_ID =
      "GET /Users?filter=externalId eq \"u-1\"&attributes=externalId,active,meta.version,userName";
  private static final String BY_NAME =
      "GET /Users?filter=userName eq \"zoe\"&attributes=externalId,active,meta.version,userName";
  private static final Link NEW = Link.creating(ResourceType.USER, "u-1");
  private static final Link LINKED =
      NEW.pushed(new Remote("r-1", "W/1"), new Link.Pushed("old"), 1);

  private final FakeReceiver receiver = new FakeReceiver();
  private final Looks looks =
      new Looks(
          new ScimClient(
              receiver.url(), DeliveryFixture.TOKENS, new ScimTransport(new ManualClock())));

  @AfterEach
  void everythingWasAsked() {
    assertTrue(receiver.saidEverything());
    receiver.close();
  }

  private Look look(Link link, String name) throws Exception {
    return looks.at(link, name, 10);
  }

  @Test
  void asksForTheVersionOfWhatIsKnown() throws Exception {
    receiver.then(200, "{'id':'r-1','meta':{'version':'W/7'}}");
    assertEquals(new Remote("r-1", "W/7"), look(LINKED, "zoe").found());
    assertEquals(List.of("GET /Users/r-1?attributes=externalId,meta.version"), receiver.asked());
  }

  @Test
  void looksByOtherNamesForWhatIsNotKnownUnderItsId() throws Exception {
    receiver.then(404).then(200, NONE).then(200, NONE);
    assertNull(look(LINKED, "zoe").found());
    assertEquals(List.of(BY_EXTERNAL_ID, BY_NAME), receiver.asked().subList(1, 3));
  }

  @Test
  void findsItsOwnUnderAnotherId() throws Exception {
    receiver
        .then(404)
        .then(200, "{'Resources':[{'id':'r-9','externalId':'u-1','meta':{'version':'W/2'}}]}");
    Look found = look(LINKED, null);
    assertEquals(new Remote("r-9", "W/2"), found.found());
    assertNull(found.name());
  }

  @Test
  void findsWhatBelongsToNobodyByItsName() throws Exception {
    receiver.then(200, NONE).then(200, "{'Resources':[{'id':'r-5','userName':'ZOE'}]}");
    Look found = look(NEW, "zoe");
    assertEquals("r-5", found.found().id());
    assertEquals("zoe", found.name());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "zoe\u0301 lee",
        " Zo\u00e9\u00a0 LEE",
        "zo\u00e9\u200b lee\ufeff",
        "zo\u00e9\u3164lee"
      })
  void findsItByANameThatTheReceiverTakesForTheSame(String name) throws Exception {
    receiver.then(200, NONE).then(200, "{'Resources':[{'id':'r-5','userName':'" + name + "'}]}");
    assertEquals("r-5", look(NEW, "zo\u00e9 lee").found().id());
  }

  @Test
  void neverFindsWhatBelongsToAnother() throws Exception {
    receiver
        .then(200, NONE)
        .then(200, "{'Resources':[{'id':'r-5','userName':'zoe','externalId':'other'}]}");
    assertNull(look(NEW, "zoe").found());
  }

  @Test
  void looksForWhatIsToBeRemovedByNoName() throws Exception {
    receiver.then(200, NONE);
    assertNull(look(NEW, null).found());
    assertEquals(List.of(BY_EXTERNAL_ID), receiver.asked());
  }

  @Test
  void doesNotTrustAReceiverThatIgnoresTheFilter() throws Exception {
    String everybody = "{'Resources':[{'id':'x','externalId':'other','userName':'other'}]}";
    receiver.then(200, everybody).then(200, everybody);
    assertNull(look(NEW, "zoe").found());
  }

  @Test
  void quotesValuesInFilters() throws Exception {
    receiver.then(200, NONE).then(200, NONE);
    look(Link.creating(ResourceType.GROUP, "g-1"), "a\"b\\c & d");
    assertEquals(
        "GET /Groups?filter=displayName eq \"a\\\"b\\\\c & d\""
            + "&attributes=externalId,active,meta.version,displayName",
        receiver.asked().get(1));
  }

  @Test
  void receiverThatRefusesTheQuestionIsSentWhatNamesNoVersion() throws Exception {
    receiver.then(400);
    assertEquals(new Remote("r-1", null), look(LINKED, "zoe").found());
  }

  @ParameterizedTest
  @CsvSource({"404,default backend - 404", "200,<html>", "200,{}"})
  void onlyAReceiverHasAnEmptyList(int status, String page) {
    receiver.then(404).then(status, page);
    EndpointFault fault = assertThrows(EndpointFault.class, () -> look(LINKED, null));
    assertTrue(fault.needsOperator() && fault.getMessage().endsWith("check url"));
  }

  @Test
  void answerThatIsTooLongIsNotTakenIntoMemory() {
    String seventeenMegabytes = "x".repeat(17 << 20);
    receiver.then(200, seventeenMegabytes).then(200, seventeenMegabytes);
    ResourceFault fault = assertThrows(ResourceFault.class, () -> look(NEW, "zoe"));
    assertEquals(ResourceFault.Kind.RETRY, fault.kind());
    assertTrue(fault.getMessage().contains("longer than 16777216 bytes"), fault.getMessage());
  }

  @Test
  void whatIsThereWithoutAnIdIsNotTakenForMissing() {
    receiver.then(200, "{'Resources':[{'externalId':'u-1'}]}");
    ResourceFault fault = assertThrows(ResourceFault.class, () -> look(NEW, "zoe"));
    assertEquals(ResourceFault.Kind.REFUSED, fault.kind());
  }

  @Test
  void whatIsSeenOnceTheGraceIsOverIsSettled() throws Exception {
    receiver.then(200, "{'id':'r-1'}").then(200, "{'id':'r-1'}");
    assertTrue(look(LINKED.inDoubt(10), "zoe").settled());
    assertFalse(look(LINKED.inDoubt(11), "zoe").settled());
  }
}
