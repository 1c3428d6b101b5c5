package com.abilian.sbe.scim.reconcile;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.abilian.sbe.scim.client.ScimClient;
import com.abilian.sbe.scim.client.ScimTransport;
import com.abilian.sbe.scim.deliver.DeliveryFixture;
import com.abilian.sbe.scim.deliver.ReceiverModel;
import com.abilian.sbe.scim.deliver.Round;
import com.abilian.sbe.scim.endpoint.Endpoint;
import com.abilian.sbe.scim.project.AttributeMapping;
import com.abilian.sbe.scim.project.LossCause;
import com.abilian.sbe.scim.project.ProvisioningScope;
import com.abilian.sbe.scim.project.ProvisioningScope.Leaving;
import com.abilian.sbe.scim.project.UserMapping;
import com.abilian.sbe.scim.store.Mark;
import com.abilian.sbe.scim.store.MarkKind;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What is held no more, and what the comparison may not take for that. */
class HeldLossesTest extends DeliveryFixture {

  private static final List<String> PEOPLE =
      IntStream.range(0, 12).mapToObj("u%02d"::formatted).toList();

  private final ReceiverModel model = new ReceiverModel();
  private Comparison comparison;

  @BeforeEach
  void people() {
    receiver.otherwise(model);
    PEOPLE.forEach(id -> database.user(id, id));
    database.group("in", "in", " ");
  }

  private void scoped(Set<String> groups, Set<String> roots) {
    Endpoint endpoint =
        endpoint(
            UserMapping.of(AttributeMapping.parse(AttributeMapping.DEFAULT)),
            new ProvisioningScope(groups, Set.of(), Map.of(), roots, Leaving.DEACTIVATE));
    ScimClient client = new ScimClient(endpoint.url(), TOKENS, new ScimTransport(clock));
    round =
        Round.of(stores, endpoint, client, guard, breaker, threads, () -> stopped, clock, random);
    comparison = new Comparison(stores, endpoint);
  }

  /** A group left the scope. */
  private void theGroupIsHeld() {
    scoped(Set.of(), Set.of("in"));
    database.group("g", "Group", "in");
    PEOPLE.subList(0, 6).forEach(id -> database.join("g", id));
    compare();
    assertEquals(Set.copyOf(PEOPLE.subList(0, 6)), members());

    database.sql("UPDATE USER_ENTITY SET ENABLED = FALSE WHERE ID < 'u04'");
    compare();
    assertEquals(4, held());
    move("out");
    compare();
    assertEquals(5, held(), "the group too");
    assertEquals(Set.copyOf(PEOPLE.subList(0, 6)), members());
  }

  private void compare() {
    while (!comparison.next().last()) {}
    drain();
  }

  private int held() {
    return database.call(c -> stores.losses().summary(c, "e")).count();
  }

  private void move(String parent) {
    database.sql("UPDATE KEYCLOAK_GROUP SET PARENT_GROUP = '%s' WHERE ID = 'g'".formatted(parent));
  }

  private Set<String> members() {
    return model.members(model.id(false, "g")).stream()
        .map(id -> model.user(id).path("externalId").asText())
        .collect(Collectors.toSet());
  }

  /** Somebody joins and somebody leaves, which is marked and comes to nothing. */
  private void changeMembers() {
    theGroupIsHeld();
    database.join("g", "u11");
    database.sql("DELETE FROM USER_GROUP_MEMBERSHIP WHERE USER_ID = 'u05'");
    compare();
    assertEquals(0, marks());
    assertEquals(Set.copyOf(PEOPLE.subList(0, 6)), members());
  }

  @Test
  void itHasTheMembersWhoCameMeanwhile() {
    changeMembers();
    move("in");
    compare();
    assertTrue(members().contains("u11"));
    database.run(new Valve(stores, "r", "e")::release);
    drain();
    assertEquals(
        Stream.of("u00", "u01", "u02", "u03", "u04", "u11").collect(Collectors.toSet()), members());
  }

  @Test
  void itHasTheMembersWhoCameMeanwhileWhereAnotherOneShowsThatItIsBack() {
    changeMembers();
    move("in");
    database.join("g", "u10");
    Mark mark =
        Mark.of(
            "r", "e", Mark.Priority.LIVE, MarkKind.MEMBER, "g", "u10", LossCause.COMPARED.name());
    database.run(c -> stores.marks().insert(c, List.of(mark)));
    drain();
    assertTrue(members().containsAll(Set.of("u10", "u11")));
  }

  @Test
  void whoHasLeftTheScopeLeavesTheGroupsThatAreHeldUntilThenThoughKeycloakHasThemInThese() {
    scoped(Set.of("in"), Set.of());
    PEOPLE.forEach(id -> database.join("in", id));
    database.group("g", "Group", " ");
    database.join("g", "u05");
    compare();
    assertEquals(Set.of("u05"), members());

    database.sql("DELETE FROM USER_GROUP_MEMBERSHIP WHERE GROUP_ID = 'in' AND USER_ID = 'u05'");
    compared("u05");
    round.run();
    assertFalse(model.active().contains("u05"));
    database.sql("UPDATE USER_ENTITY SET ENABLED = FALSE WHERE ID < 'u04'");
    PEOPLE.subList(0, 4).forEach(this::compared);
    drain();
    assertEquals(6, held(), "four people and two memberships");

    compare();
    compare();
    assertEquals(6, held());
    database.run(new Valve(stores, "r", "e")::release);
    drain();
    assertEquals(Set.of(), members());
  }

  private void compared(String user) {
    Mark mark =
        Mark.of("r", "e", Mark.Priority.LIVE, MarkKind.USER, user, null, LossCause.COMPARED.name());
    database.run(c -> stores.marks().insert(c, List.of(mark)));
  }
}
