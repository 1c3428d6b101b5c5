package com.abilian.sbe.scim.schedule;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.abilian.sbe.scim.ManualClock;
import com.abilian.sbe.scim.client.ScimTransport;
import com.abilian.sbe.scim.deliver.DeliveryFixture;
import com.abilian.sbe.scim.deliver.FakeReceiver;
import com.abilian.sbe.scim.directory.Directories;
import com.abilian.sbe.scim.directory.FakeDirectories;
import com.abilian.sbe.scim.endpoint.ScimEndpointProvider;
import com.abilian.sbe.scim.monitor.Monitor;
import com.abilian.sbe.scim.project.Link;
import com.abilian.sbe.scim.project.Projection;
import com.abilian.sbe.scim.project.ResourceType;
import com.abilian.sbe.scim.store.EndpointStore;
import com.abilian.sbe.scim.store.Mark;
import com.abilian.sbe.scim.store.MarkKind;
import com.abilian.sbe.scim.store.NodeStore;
import com.abilian.sbe.scim.store.NodeStore.Node;
import com.abilian.sbe.scim.store.Stores;
import com.abilian.sbe.scim.store.Tables;
import com.abilian.sbe.scim.store.TestDatabase;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class DispatcherTest {

  private final TestDatabase database = new TestDatabase();
  private final Stores stores = Stores.of(database, new Tables(""));
  private final FakeReceiver receiver = new FakeReceiver();
  private final ManualClock clock = new ManualClock();
  private final CountDownLatch answering = new CountDownLatch(1);
  private final Dispatcher dispatcher = dispatcher();

  private Dispatcher dispatcher() {
    return dispatcher(new FakeDirectories());
  }

  private Dispatcher dispatcher(Directories directories) {
    return new Dispatcher(
        () -> stores,
        endpoint -> DeliveryFixture.TOKENS,
        any -> Optional.empty(),
        new ScimTransport(Clock.systemUTC()),
        directories,
        clock,
        Monitor.ofServer("0.1.0", clock),
        "0.1.0");
  }

  @BeforeEach
  void introduce() {
    database.sql("INSERT INTO REALM VALUES ('r', 'agents')");
    database.sql(
        "INSERT INTO COMPONENT (ID, NAME, REALM_ID, PROVIDER_ID, PROVIDER_TYPE) VALUES ('e', 'n', 'r', 'sbe-scim', '%s')"
            .formatted(ScimEndpointProvider.class.getName()));
    Map.of("url", receiver.url().toString(), "issuer", "i", "attributeMapping", "a=title")
        .forEach(
            (key, value) ->
                database.sql(
                    "INSERT INTO COMPONENT_CONFIG VALUES ('e', '%s', '%s')".formatted(key, value)));
    database.user("u", "zoe");
    database.sql("INSERT INTO USER_ATTRIBUTE (USER_ID, NAME, VALUE) VALUES ('u', 'b', 'Dr')");
  }

  @AfterEach
  void close() throws Exception {
    answering.countDown();
    dispatcher.stop();
    receiver.close();
    database.close();
  }

  /** What is answered to a request that changes something; the receiver tells no lists. */
  private void writes(Function<FakeReceiver.Request, String> rule) {
    receiver.otherwise(request -> request.method().equals("GET") ? "400" : rule.apply(request));
  }

  private static void await(BooleanSupplier condition) throws InterruptedException {
    while (!condition.getAsBoolean()) {
      Thread.sleep(20);
    }
  }

  private Link link() {
    return database.call(c -> stores.links().find(c, "e", ResourceType.USER, Set.of("u"))).get("u");
  }

  private boolean isIdle() {
    return link() != null
        && link().pushed().hash() != null
        && database.call(c -> stores.marks().backlog(c, "e")).count() == 0;
  }

  @Test
  void realmThatIsReplacedUnderTheSameIdsGetsAFullSync() throws Exception {
    writes(request -> "201 {'id':'r-u'}");
    dispatcher.start();
    await(this::isIdle);
    // As one transaction of the removal, and one of the import, before the dispatcher looks again.
    database.run(c -> stores.endpoints().requireFullSyncOfRealm(c, "r"));
    database.sql("UPDATE USER_ENTITY SET ENABLED = FALSE");
    dispatcher.endpointsChanged();
    await(() -> receiver.written().size() == 2);
    assertEquals(List.of("POST /Users", "PUT /Users/r-u"), receiver.written());
  }

  @Test
  void nothingWaitsForAnEndpointThatIsDisabled() throws Exception {
    database.sql("INSERT INTO COMPONENT_CONFIG VALUES ('e', 'enabled', 'false')");
    writes(request -> "201 {'id':'r-u'}");
    mark();
    dispatcher.start();
    await(() -> database.call(c -> stores.marks().backlog(c, "e")).count() == 0);
    assertEquals(List.of(), receiver.written());
    database.sql("UPDATE COMPONENT_CONFIG SET VALUE = 'true' WHERE NAME = 'enabled'");
    dispatcher.endpointsChanged();
    await(this::isIdle);
    assertEquals(List.of("POST /Users"), receiver.written());
  }

  private void changeInATransactionThatMarksNothing() {
    database.sql("UPDATE USER_ENTITY SET ENABLED = FALSE");
    clock.advance(Duration.ofMinutes(6));
    dispatcher.endpointsChanged();
  }

  @Test
  void changeThatWasUnderWayWhenTheEndpointWasEnabledIsFoundLater() throws Exception {
    database.sql("INSERT INTO COMPONENT_CONFIG VALUES ('e', 'enabled', 'false')");
    writes(request -> "201 {'id':'r-u'}");
    dispatcher.start();
    Thread.sleep(200);
    database.sql("UPDATE COMPONENT_CONFIG SET VALUE = 'true' WHERE NAME = 'enabled'");
    dispatcher.endpointsChanged();
    await(this::isIdle);
    changeInATransactionThatMarksNothing();
    await(() -> receiver.written().size() == 2);
    assertEquals(List.of("POST /Users", "PUT /Users/r-u"), receiver.written());
  }

  @Test
  void realmWhoseMarksWereLostGetsAFullSync() throws Exception {
    writes(request -> "201 {'id':'r-u'}");
    dispatcher.start();
    await(this::isIdle);
    database.sql("UPDATE USER_ENTITY SET ENABLED = FALSE");
    dispatcher.lost(Set.of("e"), new IllegalStateException("no table"));
    dispatcher.endpointsChanged();
    await(() -> receiver.written().size() == 2);
    assertEquals("PUT /Users/r-u", receiver.written().get(1));
  }

  @Test
  void startOfTheServerFindsWhatChangedWhileNothingWasMarked() throws Exception {
    writes(request -> "201 {'id':'r-u'}");
    dispatcher.start();
    await(this::isIdle);
    dispatcher.stop();
    database.sql("UPDATE USER_ENTITY SET ENABLED = FALSE");
    Dispatcher again = dispatcher();
    try {
      again.start();
      // No moment in which a server that answers knows of nothing to do.
      assertTrue(receiver.written().size() == 2 || !isIdle());
      await(() -> receiver.written().size() == 2);
      assertEquals(List.of("POST /Users", "PUT /Users/r-u"), receiver.written());
    } finally {
      again.stop();
    }
  }

  @Test
  void startOfTheServerIsNoReasonToLookOnceMoreLater() throws Exception {
    writes(request -> "201 {'id':'r-u'}");
    dispatcher.start();
    await(this::isIdle);
    changeInATransactionThatMarksNothing();
    nextLook();
    assertEquals(1, receiver.written().size());
    assertEquals(0, database.call(c -> stores.marks().backlog(c, "e")).count());
  }

  /** Waits until the dispatcher has looked twice: what it had to plan is planned. */
  private void nextLook() throws InterruptedException {
    long beats = beats();
    while (beats() < beats + 2) {
      dispatcher.endpointsChanged();
      Thread.sleep(5);
    }
  }

  private long beats() {
    return database.call(stores.nodes()::all).stream()
        .filter(node -> !node.id().equals("other"))
        .mapToLong(NodeStore.Node::beats)
        .sum();
  }

  private void anotherNode(int revision) {
    Node node = new Node("other", "0.0.0", revision, 1, beats() + 1);
    database.run(c -> stores.nodes().beat(c, node));
  }

  @Test
  void nodeThatKnowsANewerProjectionIsLeftToDeliver() throws Exception {
    anotherNode(Projection.REVISION + 1);
    writes(request -> "201 {'id':'r-u'}");
    dispatcher.start();
    mark();
    nextLook();
    assertEquals(List.of(), receiver.written());
    assertEquals(1, database.call(c -> stores.marks().backlog(c, "e")).count());

    database.run(c -> stores.nodes().delete(c, "other"));
    dispatcher.endpointsChanged();
    await(() -> receiver.written().size() == 1);
    await(this::isIdle);

    anotherNode(Projection.REVISION + 1);
    nextLook();
    database.sql("UPDATE USER_ENTITY SET ENABLED = FALSE");
    mark();
    nextLook();
    assertEquals(List.of("POST /Users"), receiver.written());
    assertEquals(1, database.call(c -> stores.marks().backlog(c, "e")).count());
  }

  @Test
  void nodeThatStandsAsideSaysNothingOfConfigurationsThatOnlyTheNewerOneKnows() throws Exception {
    database.run(c -> stores.endpoints().insert(c, "e", "r"));
    database.sql("INSERT INTO COMPONENT_CONFIG VALUES ('e', 'auth', 'mutual-tls')");
    anotherNode(Projection.REVISION + 1);
    dispatcher.start();
    nextLook();
    assertEquals(
        EndpointStore.State.OK,
        database.call(c -> stores.endpoints().find(c, "e")).orElseThrow().state());
    database.run(c -> stores.nodes().delete(c, "other"));
    nextLook();
    assertEquals(
        EndpointStore.State.PAUSED,
        database.call(c -> stores.endpoints().find(c, "e")).orElseThrow().state());
  }

  @Test
  void ofTwoNodesOneDeliversAlsoWhatTheOtherMarksAndTheOtherGoesOnWhereItEnds() throws Exception {
    writes(request -> "201 {'id':'r-u'}");
    dispatcher.start();
    await(this::isIdle);
    Dispatcher other = dispatcher();
    try {
      other.start();
      await(this::isIdle);
      for (String enabled : List.of("FALSE", "TRUE")) {
        database.sql("UPDATE USER_ENTITY SET ENABLED = " + enabled);
        mark(other);
        await(this::isIdle);
      }
      assertEquals(List.of("POST /Users", "PUT /Users/r-u", "PUT /Users/r-u"), receiver.written());
      assertEquals(1, fence());

      dispatcher.stop();
      database.sql("UPDATE USER_ENTITY SET ENABLED = FALSE");
      mark(other);
      await(() -> receiver.written().size() == 4);
      await(this::isIdle);
      assertEquals(2, fence());
    } finally {
      other.stop();
    }
  }

  private long fence() {
    return database.call(
        c -> {
          try (var row = c.createStatement().executeQuery("SELECT FENCE FROM SBE_SCIM_ENDPOINT")) {
            row.next();
            return row.getLong(1);
          }
        });
  }

  private void mark(Dispatcher node) {
    Mark mark = Mark.of("r", "e", Mark.Priority.LIVE, MarkKind.USER, "u", null, "TEST");
    database.run(c -> stores.marks().insert(c, List.of(mark)));
    node.marked(Set.of("e"));
  }

  private void mark() {
    mark(dispatcher);
  }

  @Test
  void whatANodeWithAnOlderProjectionStillDeliveredIsFoundLater() throws Exception {
    anotherNode(Projection.REVISION - 1);
    writes(request -> "201 {'id':'r-u'}");
    dispatcher.start();
    await(this::isIdle);
    changeInATransactionThatMarksNothing();
    await(() -> receiver.written().size() == 2);
  }

  @Test
  void whoseNodeWasTakenForEndedLooksAtEverythingAgain() throws Exception {
    writes(request -> "201 {'id':'r-u'}");
    dispatcher.start();
    await(this::isIdle);
    database.sql("UPDATE USER_ENTITY SET ENABLED = FALSE");
    database.sql("DELETE FROM SBE_SCIM_NODE");
    dispatcher.endpointsChanged();
    await(() -> receiver.written().size() == 2);
  }

  @Test
  void serverThatStopsIsNoNodeAnyMore() {
    dispatcher.start();
    assertEquals(1, database.call(stores.nodes()::all).size());
    dispatcher.stop();
    assertEquals(List.of(), database.call(stores.nodes()::all));
  }

  @Test
  void newConfigurationWaitsForTheRequestsOfTheOldOne() throws Exception {
    writes(
        request -> {
          try {
            answering.await();
          } catch (InterruptedException stopping) {
            Thread.currentThread().interrupt();
          }
          return "201 {'id':'r-u'}";
        });
    dispatcher.start();
    await(() -> receiver.written().size() == 1);
    String before = database.call(c -> stores.endpoints().basis(c, "e")).orElseThrow().projection();

    database.sql("UPDATE COMPONENT_CONFIG SET VALUE = 'b=title' WHERE NAME = 'attributeMapping'");
    for (int i = 0; i < 10; i++) {
      dispatcher.endpointsChanged();
      dispatcher.marked(Set.of("e"));
      Thread.sleep(50);
    }
    assertEquals(List.of("POST /Users"), receiver.written());
    assertEquals(
        before, database.call(c -> stores.endpoints().basis(c, "e")).orElseThrow().projection());

    answering.countDown();
    await(() -> receiver.written().size() == 2);
    await(this::isIdle);
    assertEquals(List.of("POST /Users", "PUT /Users/r-u"), receiver.written());
    assertTrue(receiver.body(0).path("title").isMissingNode());
    assertEquals("Dr", receiver.body(1).path("title").asText());
  }

  private void federate() {
    String component =
        "INSERT INTO COMPONENT (ID, NAME, REALM_ID, PARENT_ID, PROVIDER_ID, PROVIDER_TYPE)"
            + " VALUES ('%s', 'n', 'r', '%s', '%s', '%s')";
    database.sql(component.formatted("p", "r", "ldap", "org.keycloak.storage.UserStorageProvider"));
    database.sql(
        component.formatted(
            "m", "p", "group-ldap-mapper", "org.keycloak.storage.ldap.mappers.LDAPStorageMapper"));
    database.sql("INSERT INTO COMPONENT_CONFIG VALUES ('m', 'mode', 'READ_ONLY')");
  }

  @Test
  void onlyTheHolderOfTheLeaseAsksTheDirectoryAndTheNextOneGoesOn() throws Exception {
    writes(request -> "201 {'id':'r-u'}");
    federate();
    FakeDirectories first = new FakeDirectories();
    FakeDirectories second = new FakeDirectories();
    Dispatcher holder = dispatcher(first);
    Dispatcher next = dispatcher(second);
    try {
      holder.start();
      await(() -> first.snapshots() > 0);
      next.start();
      // However often one is due, as long as the first one is there.
      for (int due = 0; due < 3; due++) {
        int before = first.snapshots();
        clock.advance(Duration.ofMinutes(2));
        // One that was under way meanwhile seems to have taken two minutes, and so is not due for
        // long.
        database.run(c -> stores.directories().want(c, "r", clock.millis()));
        await(() -> first.snapshots() > before);
      }
      assertEquals(0, second.snapshots());
      holder.stop();
      await(() -> second.snapshots() > 0);
    } finally {
      holder.stop();
      next.stop();
    }
  }
}
