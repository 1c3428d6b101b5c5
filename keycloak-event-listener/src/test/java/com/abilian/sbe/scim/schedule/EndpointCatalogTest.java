package com.abilian.sbe.scim.schedule;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.abilian.sbe.scim.endpoint.Endpoint;
import com.abilian.sbe.scim.endpoint.EndpointConfig;
import com.abilian.sbe.scim.endpoint.InvalidEndpointException;
import com.abilian.sbe.scim.endpoint.ScimEndpointProvider;
import com.abilian.sbe.scim.monitor.Alarms;
import com.abilian.sbe.scim.project.Link;
import com.abilian.sbe.scim.project.Projection;
import com.abilian.sbe.scim.project.ResourceType;
import com.abilian.sbe.scim.store.EndpointStore;
import com.abilian.sbe.scim.store.Mark;
import com.abilian.sbe.scim.store.MarkKind;
import com.abilian.sbe.scim.store.Stores;
import com.abilian.sbe.scim.store.Tables;
import com.abilian.sbe.scim.store.TestDatabase;
import com.abilian.sbe.scim.store.Transactions;
import java.net.URI;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class EndpointCatalogTest {

  private static final String HERE = "https://here/scim/v2";

  private final TestDatabase database = new TestDatabase();
  private final Stores stores = Stores.of(database, new Tables(""));
  private final EndpointCatalog catalog = new EndpointCatalog(stores);

  @BeforeEach
  void introduce() throws InvalidEndpointException {
    deliverTo(catalog, endpoint(HERE, "title=title"));
  }

  /** As the node that has the lease. */
  private void deliverTo(EndpointCatalog node, Endpoint endpoint) {
    node.register(endpoint);
    new ConfigurationInForce(stores, "node").put(endpoint, stores.transactions());
  }

  @AfterEach
  void close() throws SQLException {
    database.close();
  }

  private static Endpoint endpoint(String url, String mapping) throws InvalidEndpointException {
    return Endpoint.of(
        "e",
        "r",
        "name",
        Map.of("url", List.of(url), "issuer", List.of("i"), "attributeMapping", List.of(mapping)));
  }

  private List<Mark> marks() {
    return database.call(c -> stores.marks().first(c, "e", 10));
  }

  private void deliver() {
    database.run(c -> stores.marks().deleteAll(c, "e"));
    Link link =
        Link.creating(ResourceType.USER, "u")
            .pushed(new Link.Remote("r-u", null), new Link.Pushed("hash"), 1);
    database.run(c -> stores.links().save(c, "e", List.of(link)));
  }

  private Link link() {
    return database.call(c -> stores.links().all(c, "e", ResourceType.USER)).get("u");
  }

  @Test
  void newEndpointHasEverythingToLookAt() {
    assertEquals(List.of(MarkKind.REALM), marks().stream().map(Mark::kind).toList());
  }

  @Test
  void unchangedEndpointGoesOnWhereItWas() throws InvalidEndpointException {
    deliver();
    deliverTo(catalog, endpoint(HERE, "title=title"));
    assertEquals(List.of(), marks());
    assertEquals("r-u", link().remoteId());
  }

  @Test
  void startOfTheServerLooksAtEverythingOnce() throws InvalidEndpointException {
    deliver();
    EndpointCatalog started = new EndpointCatalog(stores);
    for (int i = 0; i < 3; i++) {
      deliverTo(started, endpoint(HERE, "title=title"));
    }
    assertEquals(List.of("STARTED"), marks().stream().map(Mark::cause).toList());
    assertEquals("r-u", link().remoteId());
    deliver();
    deliverTo(started, endpoint(HERE, "title=title"));
    assertEquals(List.of(), marks());
  }

  @Test
  void startsOfManyNodesAreOneFullSyncAsLongAsItHasNotBegun() throws InvalidEndpointException {
    deliver();
    for (int i = 0; i < 5; i++) {
      deliverTo(new EndpointCatalog(stores), endpoint(HERE, "title=title"));
    }
    assertEquals(1, marks().size());
  }

  @Test
  void endpointThatWasAwayForAWhileIsLookedAtAsAtTheStart() throws InvalidEndpointException {
    database.sql("INSERT INTO REALM VALUES ('r', 'agents')");
    component("e", HERE, "true");
    catalog.read();
    deliver();
    deliverTo(catalog, endpoint(HERE, "title=title"));
    assertEquals(List.of(), marks());
    database.sql("UPDATE COMPONENT_CONFIG SET VALUE = 'false' WHERE NAME = 'enabled'");
    catalog.read();
    // As by a server without the connector, which marks nothing.
    database.sql("UPDATE COMPONENT_CONFIG SET VALUE = 'true' WHERE NAME = 'enabled'");
    catalog.read();
    deliverTo(catalog, endpoint(HERE, "title=title"));
    assertEquals(1, marks().size());
  }

  @Test
  void whoIsToldOfAlarmsIsReadAnewEachTime() {
    database.sql("INSERT INTO REALM VALUES ('r', 'agents')");
    component("e", HERE, "true");
    assertEquals(Map.of(), catalog.read().recipients());
    database.sql("INSERT INTO COMPONENT_CONFIG VALUES ('e', 'webhook', 'https://hooks/x')");
    assertEquals(
        Map.of("e", new Alarms.Recipient("agents", URI.create("https://hooks/x"))),
        catalog.read().recipients());
  }

  @Test
  void higherRevisionLooksAtEverythingAndALowerOneLeavesItAlone() throws InvalidEndpointException {
    deliver();
    database.sql("UPDATE SBE_SCIM_ENDPOINT SET REVISION = " + (Projection.REVISION - 1));
    deliverTo(catalog, endpoint(HERE, "title=title"));
    assertEquals(List.of("CONFIGURED"), marks().stream().map(Mark::cause).toList());
    assertEquals(Projection.REVISION, basis().revision());
    deliver();
    database.sql("UPDATE SBE_SCIM_ENDPOINT SET REVISION = 99");
    deliverTo(catalog, endpoint(HERE, "title=title"));
    assertEquals(List.of(), marks());
    deliverTo(catalog, endpoint(HERE, "grade=title"));
    assertEquals(1, marks().size());
    assertEquals(99, basis().revision());
  }

  private boolean isDisputed() {
    return database.call(c -> stores.endpoints().isDisputed(c, "e"));
  }

  private EndpointStore.Basis basis() {
    return database.call(c -> stores.endpoints().basis(c, "e")).orElseThrow();
  }

  @Test
  void nodeThatReadsAnotherConfigurationThanTheOneInForceShowsUntilItReadsTheSame()
      throws InvalidEndpointException {
    Endpoint another = endpoint("https://there/scim/v2", "grade=title");
    ConfigurationInForce other = new ConfigurationInForce(stores, "other");
    database.sql("INSERT INTO SBE_SCIM_NODE VALUES ('other', '0.1.0', 1, 1, 1)");
    deliver();
    for (int look = 1; look < 3; look++) {
      other.observe(another);
      assertFalse(isDisputed(), "the node that delivers may not have seen the change yet");
    }
    other.observe(another);
    other.observe(another);
    assertTrue(isDisputed());
    assertEquals(List.of(), marks());
    assertEquals(endpoint(HERE, "title=title").target(), basis().target());

    other.observe(endpoint(HERE, "title=title"));
    assertFalse(isDisputed());
  }

  @Test
  void nodeThatTakesOverPutsItsOwnConfigurationInForceOnce() throws InvalidEndpointException {
    EndpointCatalog other = new EndpointCatalog(stores);
    deliver();
    for (int look = 0; look < 3; look++) {
      deliverTo(other, endpoint(HERE, "grade=title"));
    }
    assertEquals(1, marks().size());
    assertEquals(endpoint(HERE, "grade=title").projection(), basis().projection());
    deliver();
    deliverTo(other, endpoint(HERE, "grade=title"));
    assertEquals(List.of(), marks());
  }

  @Test
  void nodeThatTakesOverWithTheSameConfigurationSyncsNothing() throws InvalidEndpointException {
    EndpointCatalog other = new EndpointCatalog(stores);
    other.register(endpoint(HERE, "title=title"));
    deliver();
    deliverTo(other, endpoint(HERE, "title=title"));
    assertEquals(List.of(), marks());
  }

  @Test
  void anotherMappingLooksAtEverythingAgain() throws InvalidEndpointException {
    deliver();
    deliverTo(catalog, endpoint(HERE, "grade=title"));
    assertEquals(1, marks().size());
    assertEquals("r-u", link().remoteId());
    deliver();
    deliverTo(catalog, endpoint(HERE, "grade=title"));
    assertEquals(List.of(), marks());
  }

  @Test
  void anotherAddressKnowsNothingOfWhatIsThere() throws InvalidEndpointException {
    deliver();
    deliverTo(catalog, endpoint("https://there/scim/v2", "title=title"));
    assertEquals(1, marks().size());
    assertNull(link().remoteId());
    assertNull(link().pushed().hash());
  }

  @Test
  void endpointThatWasRemovedAndCameBackLooksAtEverythingAgain() throws InvalidEndpointException {
    for (Transactions.Action removal :
        List.<Transactions.Action>of(
            c -> stores.endpoints().requireFullSync(c, "e"),
            c -> stores.endpoints().requireFullSyncOfRealm(c, "r"))) {
      deliver();
      database.run(c -> stores.endpoints().requireFullSync(c, "another"));
      database.run(c -> stores.endpoints().requireFullSyncOfRealm(c, "another"));
      deliverTo(catalog, endpoint(HERE, "title=title"));
      assertEquals(List.of(), marks());
      database.run(removal);
      deliverTo(catalog, endpoint(HERE, "title=title"));
      assertEquals(1, marks().size());
      assertEquals("r-u", link().remoteId());
    }
  }

  @Test
  void whatIsGoneIsForgotten() {
    deliver();
    assertEquals(Set.of("e"), catalog.read().gone());
    catalog.forget("e");
    assertEquals(Set.of(), catalog.read().gone());
    assertNull(link());
  }

  @Test
  void componentsBecomeEndpointsUnlessTheyAreDisabledOrMalformed() {
    database.sql("INSERT INTO REALM VALUES ('r', 'agents')");
    component("e", HERE, "true");
    component("off", HERE, "false");
    component("odd", "no address", "true");
    EndpointCatalog.Contents contents = catalog.read();
    assertEquals(Set.of("e"), contents.enabled().keySet());
    assertTrue(contents.gone().isEmpty());
    assertEquals(Map.of("e", "agents", "odd", "agents"), contents.realms());
  }

  @Test
  void componentThatCannotBeReadKeepsNoOtherFromBeingRead() {
    database.sql("INSERT INTO REALM VALUES ('r', 'agents'), ('nameless', NULL)");
    component("odd", HERE, "true");
    database.sql("UPDATE COMPONENT SET REALM_ID = 'nameless'");
    component("e", HERE, "true");
    EndpointCatalog.Contents contents = catalog.read();
    assertEquals(Set.of("e"), contents.enabled().keySet());
    assertTrue(contents.gone().isEmpty());
  }

  /** Each costs the server threads and a comparison, and each change of the realm a mark. */
  @Test
  void realmHasNoMoreEndpointsThanTheLimitAndTheSurplusSaysSo() {
    database.sql("INSERT INTO REALM VALUES ('r', 'agents')");
    for (int number = 0; number <= EndpointConfig.MOST_OF_A_REALM; number++) {
      component("c" + number, "https://here/" + number, "true");
    }
    EndpointCatalog.Contents contents = catalog.read();
    assertEquals(EndpointConfig.MOST_OF_A_REALM, contents.enabled().size());
    String last = "c" + EndpointConfig.MOST_OF_A_REALM;
    assertEquals(Set.of(last), contents.disabled());
    assertEquals(
        "a realm has at most 8 enabled endpoints",
        database.call(c -> stores.endpoints().find(c, last)).orElseThrow().reason());
    database.sql("DELETE FROM COMPONENT WHERE ID = 'c0'");
    assertTrue(catalog.read().enabled().containsKey(last));
  }

  private void component(String id, String url, String enabled) {
    database.sql(
        "INSERT INTO COMPONENT (ID, NAME, REALM_ID, PROVIDER_ID, PROVIDER_TYPE) VALUES ('%s', 'n', 'r', 'sbe-scim', '%s')"
            .formatted(id, ScimEndpointProvider.class.getName()));
    Map.of("url", url, "issuer", "i", "enabled", enabled)
        .forEach(
            (key, value) ->
                database.sql(
                    "INSERT INTO COMPONENT_CONFIG VALUES ('%s', '%s', '%s')"
                        .formatted(id, key, value)));
  }
}
