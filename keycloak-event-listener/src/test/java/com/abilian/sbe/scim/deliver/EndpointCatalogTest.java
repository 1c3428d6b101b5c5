package com.abilian.sbe.scim.deliver;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.abilian.sbe.scim.endpoint.Endpoint;
import com.abilian.sbe.scim.endpoint.InvalidEndpointException;
import com.abilian.sbe.scim.endpoint.ScimEndpointProvider;
import com.abilian.sbe.scim.project.ResourceType;
import com.abilian.sbe.scim.store.Link;
import com.abilian.sbe.scim.store.Mark;
import com.abilian.sbe.scim.store.MarkKind;
import com.abilian.sbe.scim.store.Tables;
import com.abilian.sbe.scim.store.TestDatabase;
import com.abilian.sbe.scim.store.Transactions;
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
  private final EndpointCatalog catalog = new EndpointCatalog(stores, "sbe-scim");

  @BeforeEach
  void introduce() throws InvalidEndpointException {
    catalog.prepare(endpoint(HERE, "title=title"));
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
    Link link = Link.creating(ResourceType.USER, "u").pushed("r-u", null, "hash", null, 1);
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
    catalog.prepare(endpoint(HERE, "title=title"));
    assertEquals(List.of(), marks());
    assertEquals("r-u", link().remoteId());
  }

  @Test
  void anotherMappingLooksAtEverythingAgain() throws InvalidEndpointException {
    deliver();
    catalog.prepare(endpoint(HERE, "grade=title"));
    assertEquals(1, marks().size());
    assertEquals("r-u", link().remoteId());
    deliver();
    catalog.prepare(endpoint(HERE, "grade=title"));
    assertEquals(List.of(), marks());
  }

  @Test
  void anotherAddressKnowsNothingOfWhatIsThere() throws InvalidEndpointException {
    deliver();
    catalog.prepare(endpoint("https://there/scim/v2", "title=title"));
    assertEquals(1, marks().size());
    assertNull(link().remoteId());
    assertNull(link().pushedHash());
  }

  @Test
  void endpointThatWasRemovedAndCameBackLooksAtEverythingAgain() throws InvalidEndpointException {
    for (Transactions.Action removal :
        List.<Transactions.Action>of(
            c -> stores.endpoints().distrust(c, "e"),
            c -> stores.endpoints().distrustRealm(c, "r"))) {
      deliver();
      database.run(c -> stores.endpoints().distrust(c, "another"));
      database.run(c -> stores.endpoints().distrustRealm(c, "another"));
      catalog.prepare(endpoint(HERE, "title=title"));
      assertEquals(List.of(), marks());
      database.run(removal);
      catalog.prepare(endpoint(HERE, "title=title"));
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

  private void component(String id, String url, String enabled) {
    database.sql(
        "INSERT INTO COMPONENT VALUES ('%s', 'n', 'r', 'sbe-scim', '%s')"
            .formatted(id, ScimEndpointProvider.class.getName()));
    Map.of("url", url, "issuer", "i", "enabled", enabled)
        .forEach(
            (key, value) ->
                database.sql(
                    "INSERT INTO COMPONENT_CONFIG VALUES ('%s', '%s', '%s')"
                        .formatted(id, key, value)));
  }
}
