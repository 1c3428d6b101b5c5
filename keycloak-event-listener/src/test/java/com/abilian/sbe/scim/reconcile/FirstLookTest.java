package com.abilian.sbe.scim.reconcile;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.abilian.sbe.scim.client.ScimClient;
import com.abilian.sbe.scim.client.ScimTransport;
import com.abilian.sbe.scim.deliver.DeliveryFixture;
import com.abilian.sbe.scim.endpoint.Endpoint;
import com.abilian.sbe.scim.project.AttributeMapping;
import com.abilian.sbe.scim.project.Link;
import com.abilian.sbe.scim.project.LossCause;
import com.abilian.sbe.scim.project.ProvisioningScope;
import com.abilian.sbe.scim.project.ProvisioningScope.Leaving;
import com.abilian.sbe.scim.project.ResourceType;
import com.abilian.sbe.scim.project.UserMapping;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class FirstLookTest extends DeliveryFixture {

  private static final UserMapping MAPPING = UserMapping.of(AttributeMapping.parse(List.of()));

  private final ListingReceiver lists = new ListingReceiver();
  private FirstLook look;

  @BeforeEach
  void begin() {
    receiver.otherwise(lists);
    scopedTo(ProvisioningScope.ALL);
  }

  private void scopedTo(ProvisioningScope scope) {
    Endpoint endpoint = endpoint(MAPPING, scope);
    ScimClient client = new ScimClient(endpoint.url(), TOKENS, new ScimTransport(clock));
    look = new FirstLook(stores, endpoint, client, clock);
    database.run(c -> new FullSync(stores, endpoint).plan(c, "TEST"));
  }

  private void people(int count) {
    for (int number = 0; number < count; number++) {
      database.user("new" + number, "agent" + number);
    }
  }

  private void strangers(int count) {
    for (int number = 0; number < count; number++) {
      lists.user("r" + number, "old" + number, "Agent" + number, "1");
    }
  }

  /** How many steps it takes until something may be delivered. */
  private int steps() throws Exception {
    int steps = 1;
    while (look.step()) {
      steps++;
    }
    return steps;
  }

  private Map<LossCause, Integer> held() {
    return database.call(c -> stores.losses().summary(c, "e")).causes();
  }

  @Test
  void thoseWhomTheReceiverHasUnderOtherIdsAreHeldBeforeAnythingIsDelivered() throws Exception {
    people(10);
    strangers(8);
    lists.pagesOf(3);
    assertEquals(3, steps());
    assertEquals(Map.of(LossCause.OTHER_ID, 8), held());
    assertEquals("r0", link(ResourceType.USER, "old0").remoteId());
    assertEquals(List.of(), receiver.written());
    receiver.forget();
    assertFalse(look.step());
    assertEquals(List.of(), receiver.asked(), "it is looked once for a full sync");
  }

  @Test
  void fewAreLeftToWhatBecomesOfEachOfThem() throws Exception {
    people(10);
    strangers(3);
    assertEquals(1, steps());
    assertEquals(Map.of(), held());
    assertTrue(database.call(c -> stores.links().all(c, "e", ResourceType.USER)).isEmpty());
  }

  @Test
  void whomTheReceiverHasUnderTheirOwnIdOrUnderNoneIsNoStranger() throws Exception {
    people(10);
    for (int number = 0; number < 10; number++) {
      lists.user("r" + number, number < 5 ? "new" + number : null, "agent" + number, "1");
    }
    assertEquals(1, steps());
    assertEquals(Map.of(), held());
  }

  @Test
  void peopleWhoHaveExchangedNamesAreNoStrangers() throws Exception {
    people(10);
    for (int number = 0; number < 10; number++) {
      lists.user("r" + number, "new" + number, "agent" + (9 - number), "1");
    }
    assertEquals(1, steps());
    assertEquals(Map.of(), held());
  }

  @Test
  void whoIsOutOfScopeTakesNobodysName() throws Exception {
    scopedTo(new ProvisioningScope(Set.of("g"), Set.of(), Map.of(), Set.of(), Leaving.DEACTIVATE));
    database.group("g", "Group", " ");
    people(10);
    strangers(10);
    assertEquals(1, steps());
    assertEquals(Map.of(), held());
  }

  @Test
  void peopleWhoWereImportedAgainFromTheSameDirectoryKeepTheirAccounts() throws Exception {
    people(10);
    strangers(10);
    for (int number = 0; number < 10; number++) {
      database.sql(
          "UPDATE USER_ENTITY SET FEDERATION_LINK = 'ldap' WHERE ID = 'new%d'".formatted(number));
      database.sql(
          "INSERT INTO USER_ATTRIBUTE VALUES ('new%1$d', 'LDAP_ID', 'entry%1$d', NULL)"
              .formatted(number));
      database.sql(
          "INSERT INTO SBE_SCIM_DIRECTORY_USER (USER_ID, PROVIDER_ID, DIRECTORY_ID)"
              + " VALUES ('old%1$d', 'ldap', 'entry%1$d')".formatted(number));
      Link link =
          Link.creating(ResourceType.USER, "old" + number)
              .pushed(new Link.Remote("r" + number, "1"), new Link.Pushed("old"), 1);
      database.run(c -> stores.links().save(c, "e", List.of(link)));
    }
    assertEquals(1, steps());
    assertEquals(Map.of(), held());
  }

  @Test
  void receiverOfAnotherKindIsNotAsked() throws Exception {
    people(10);
    strangers(10);
    lists.isNotOurs();
    assertEquals(1, steps());
    assertEquals(Map.of(), held());
    assertEquals(List.of("GET /ServiceProviderConfig"), receiver.asked());
  }

  @Test
  void listThatCannotBeReadStopsNobody() throws Exception {
    people(10);
    strangers(10);
    lists.failsOnce();
    assertEquals(1, steps());
    assertEquals(Map.of(), held());
  }

  @Test
  void nobodyIsAskedWhereEverybodyIsThere() throws Exception {
    people(10);
    for (int number = 2; number < 10; number++) {
      linked(ResourceType.USER, "new" + number);
    }
    strangers(10);
    assertEquals(1, steps());
    assertEquals(List.of(), receiver.asked());
  }

  @Test
  void anotherFullSyncIsAnotherLook() throws Exception {
    people(10);
    assertEquals(1, steps());
    strangers(10);
    assertFalse(look.step());
    database.sql("DELETE FROM SBE_SCIM_MARK");
    assertFalse(look.step());
    database.run(c -> new FullSync(stores, endpoint(MAPPING)).plan(c, "TEST"));
    steps();
    assertEquals(Map.of(LossCause.OTHER_ID, 10), held());
  }
}
