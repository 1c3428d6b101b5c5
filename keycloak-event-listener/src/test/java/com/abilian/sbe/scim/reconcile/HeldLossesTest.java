package com.abilian.sbe.scim.reconcile;

import static org.junit.jupiter.api.Assertions.assertEquals;
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

/** A group left the scope and is held; then it is in scope again, and nobody told of anything. */
class HeldLossesTest extends DeliveryFixture {

  private static final List<String> PEOPLE =
      IntStream.range(0, 12).mapToObj("u%02d"::formatted).toList();

  private final ReceiverModel model = new ReceiverModel();
  private Comparison comparison;

  @BeforeEach
  void theGroupIsHeld() {
    Endpoint endpoint =
        endpoint(
            UserMapping.of(AttributeMapping.parse(AttributeMapping.DEFAULT)),
            new ProvisioningScope(Set.of(), Set.of(), Map.of(), Set.of("in"), Leaving.DEACTIVATE));
    ScimClient client = new ScimClient(endpoint.url(), TOKENS, new ScimTransport(clock));
    round =
        Round.of(stores, endpoint, client, guard, breaker, threads, () -> stopped, clock, random);
    comparison = new Comparison(stores, endpoint);
    receiver.otherwise(model);
    database.group("in", "in", " ");
    database.group("g", "Group", "in");
    PEOPLE.forEach(id -> database.user(id, id));
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
}
