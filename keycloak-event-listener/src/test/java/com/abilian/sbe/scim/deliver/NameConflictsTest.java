package com.abilian.sbe.scim.deliver;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.abilian.sbe.scim.project.Link;
import com.abilian.sbe.scim.project.ResourceType;
import com.abilian.sbe.scim.store.LinkReport.Refusal;
import com.abilian.sbe.scim.store.MarkKind;
import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Resources of one endpoint that want each other's names. The clock stands still. */
class NameConflictsTest extends DeliveryFixture {

  private final ReceiverModel model = new ReceiverModel().withUniqueNames();

  @BeforeEach
  void answer() {
    receiver.otherwise(model);
  }

  private void people(String... names) {
    for (String name : names) {
      database.user(name, name);
      mark(MarkKind.USER, name, null);
    }
    drain();
    receiver.forget();
  }

  private void groups(String... names) {
    for (String name : names) {
      database.group(name, name, " ");
      mark(MarkKind.GROUP_TREE, name, null);
    }
    drain();
    receiver.forget();
  }

  private void rename(String id, String name) {
    database.sql("UPDATE USER_ENTITY SET USERNAME = '%s' WHERE ID = '%s'".formatted(name, id));
    mark(MarkKind.USER, id, null);
  }

  private void renameGroup(String id, String name) {
    database.sql("UPDATE KEYCLOAK_GROUP SET NAME = '%s' WHERE ID = '%s'".formatted(name, id));
    mark(MarkKind.GROUP_TREE, id, null);
  }

  private void mail(String id, String mail) {
    database.sql("UPDATE USER_ENTITY SET EMAIL = '%s' WHERE ID = '%s'".formatted(mail, id));
    mark(MarkKind.USER, id, null);
  }

  private String user(String id, String attribute) {
    return model.ofExternalId(true, id).path(attribute).asText();
  }

  private String group(String id) {
    return model.ofExternalId(false, id).path("displayName").asText();
  }

  private String mailOf(String id) {
    return model.ofExternalId(true, id).at("/emails/0/value").asText();
  }

  /** What was sent with a temporary name. */
  private List<JsonNode> temporary() {
    return IntStream.range(0, receiver.asked().size())
        .filter(i -> receiver.asked().get(i).startsWith("PATCH"))
        .mapToObj(i -> receiver.body(i).path("Operations"))
        .filter(operations -> operations.toString().contains("~"))
        .toList();
  }

  @Test
  void twoPeopleExchangeTheirUserNames() {
    people("ada", "bob");
    rename("ada", "third");
    rename("bob", "ada");
    rename("ada", "bob");
    drain();
    assertEquals(List.of("bob", "ada"), List.of(user("ada", "userName"), user("bob", "userName")));
    assertEquals(1, temporary().size(), "one of a ring is enough");
    assertEquals(0, database.call(c -> report.summary(c, "e")).parked());
  }

  @Test
  void twoPeopleExchangeTheirAddresses() {
    people("ada", "bob");
    mail("ada", "a@example.org");
    mail("bob", "b@example.org");
    drain();
    mail("ada", "b@example.org");
    mail("bob", "a@example.org");
    drain();
    assertEquals("b@example.org", mailOf("ada"));
    assertEquals("a@example.org", mailOf("bob"));
  }

  @Test
  void threeGroupsGoRoundInARingAndKeepTheirMembers() {
    people("ada", "bob");
    database.join("g1", "ada");
    database.join("g2", "bob");
    groups("g1", "g2", "g3");
    renameGroup("g1", "x");
    renameGroup("g3", "g1");
    renameGroup("g2", "g3");
    renameGroup("g1", "g2");
    drain();
    assertEquals(List.of("g2", "g3", "g1"), List.of(group("g1"), group("g2"), group("g3")));
    assertEquals(Set.of(model.id(true, "ada")), model.members(model.id(false, "g1")));
    assertEquals(Set.of(model.id(true, "bob")), model.members(model.id(false, "g2")));
    assertEquals(Set.of(), model.members(model.id(false, "g3")));
  }

  @Test
  void whatIsTemporaryIsANameAndNothingElse() {
    people("ada", "bob");
    rename("ada", "third");
    rename("bob", "ada");
    rename("ada", "bob");
    drain();
    JsonNode operations = temporary().get(0);
    assertEquals(1, operations.size());
    assertEquals("userName", operations.at("/0/path").asText());
  }

  @Test
  void whoIsRefusedForSomethingElseStillLetsAnotherHaveItsOldName() {
    people("ada", "bob");
    String ada = model.id(true, "ada");
    model.refuse(
        request ->
            request.method().equals("PUT") && request.path().equals("/Users/" + ada) ? 400 : 0);
    rename("ada", "cleo");
    drain();
    assertEquals("ada", user("ada", "userName"));
    rename("bob", "ada");
    drain();
    assertEquals("ada", user("bob", "userName"));
    assertTrue(user("ada", "userName").startsWith("~"));
    model.acceptEverything();
    mark(MarkKind.USER, "ada", null);
    drain();
    assertEquals("cleo", user("ada", "userName"));
  }

  @Test
  void newcomerGetsTheNameThatAnotherGaveUp() {
    people("ada");
    String ada = model.id(true, "ada");
    model.refuse(
        request ->
            request.method().equals("PUT") && request.path().equals("/Users/" + ada) ? 400 : 0);
    rename("ada", "cleo");
    drain();
    database.user("new", "ada");
    mark(MarkKind.USER, "new", null);
    drain();
    assertEquals("ada", user("new", "userName"));
  }

  @Test
  void nameOfAStrangerIsRefusedAndTriedAgainWithinADay() {
    people("ada");
    model.putUser("stranger", "");
    model.refuse(request -> request.method().equals("PUT") ? 409 : 0);
    rename("ada", "taken");
    for (int i = 0; i < 24; i++) {
      drain();
      clock.advance(Duration.ofHours(1));
    }
    assertEquals("ada", user("ada", "userName"));
    Link refused = link(ResourceType.USER, "ada");
    assertTrue(refused.isNameTaken());
    assertTrue(refused.failure().notBefore() - clock.millis() <= Duration.ofDays(1).toMillis());
    model.acceptEverything();
    clock.advance(Duration.ofDays(1));
    drain();
    assertEquals("taken", user("ada", "userName"));
  }

  @Test
  void refusalOfWhatItIsIsTriedAgainWithinADay() {
    people("ada");
    model.refuse(request -> request.method().equals("PUT") ? 400 : 0);
    rename("ada", "cleo");
    drain();
    model.acceptEverything();
    drain();
    assertEquals("ada", user("ada", "userName"));
    clock.advance(Duration.ofDays(1));
    drain();
    assertEquals("cleo", user("ada", "userName"));
  }

  @Test
  void groupsThatDifferInCaseOnlyAreToldAndNeitherIsRenamed() {
    groups("Paie", "Presse");
    renameGroup("Presse", "PAIE");
    drain();
    receiver.forget();
    clock.advance(Duration.ofHours(1));
    drain();
    assertEquals(List.of("Paie", "Presse"), List.of(group("Paie"), group("Presse")));
    List<Refusal> refusals = database.call(c -> report.refusals(c, "e", 10));
    assertEquals(1, refusals.size());
    assertEquals("Presse", refusals.get(0).resourceId());
    assertEquals("Paie", refusals.get(0).blockedBy());
    assertEquals(409, refusals.get(0).status());
    assertFalse(receiver.asked().stream().anyMatch(asked -> asked.startsWith("PATCH")));
  }

  @Test
  void refusedTwinIsSentAtOnceWhenTheOtherIsRenamed() {
    groups("Paie", "Presse");
    renameGroup("Presse", "PAIE");
    drain();
    renameGroup("Paie", "Solde");
    drain();
    assertEquals(List.of("Solde", "PAIE"), List.of(group("Paie"), group("Presse")));
  }

  @Test
  void refusedNameIsSentAtOnceWhenItsHolderIsDeleted() {
    groups("Paie", "Presse");
    renameGroup("Presse", "PAIE");
    drain();
    database.sql("DELETE FROM KEYCLOAK_GROUP WHERE ID = 'Paie'");
    mark(MarkKind.GROUP_TREE, "Paie", null);
    drain();
    assertEquals("PAIE", group("Presse"));
  }

  @Test
  void groupsWhoseNamesDifferInBlanksAreToldWhereTheReceiverTakesThemForTheSame() {
    groups("Paie", "Presse");
    String presse = model.id(false, "Presse");
    model.refuse(
        request ->
            request.path().equals("/Groups/" + presse) && !request.method().equals("GET")
                ? 409
                : 0);
    renameGroup("Presse", "Paie ");
    drain();
    Refusal refusal = database.call(c -> report.refusals(c, "e", 10)).get(0);
    assertEquals("Paie", refusal.blockedBy());
  }

  @ParameterizedTest
  @ValueSource(ints = {412, 500})
  void temporaryNameThatFailedIsSentAgain(int status) {
    people("ada", "bob");
    boolean[] failed = {false};
    receiver.otherwise(
        request -> {
          if (!failed[0] && request.method().equals("PATCH") && isTemporary(request)) {
            failed[0] = true;
            return Integer.toString(status);
          }
          return model.apply(request);
        });
    rename("ada", "third");
    rename("bob", "ada");
    rename("ada", "bob");
    for (int second = 0; second < 30; second++) {
      drain();
      clock.advance(Duration.ofSeconds(1));
    }
    assertTrue(failed[0]);
    assertEquals(List.of("bob", "ada"), List.of(user("ada", "userName"), user("bob", "userName")));
  }

  private static boolean isTemporary(FakeReceiver.Request request) {
    return request.body().path("Operations").toString().contains("~");
  }

  @Test
  void receiverThatIgnoresTheTemporaryNameIsNotAskedForEver() {
    people("ada", "bob");
    model.refuse(request -> request.method().equals("PUT") ? 409 : 0);
    receiver.otherwise(request -> request.method().equals("PATCH") ? "204" : model.apply(request));
    rename("ada", "third");
    rename("bob", "ada");
    rename("ada", "bob");
    drain();
    assertTrue(receiver.asked().size() < 60, receiver.asked()::toString);
    assertNotNull(link(ResourceType.USER, "ada").failure().notBefore());
  }
}
