package com.abilian.sbe.scim.deliver;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.abilian.sbe.scim.ManualClock;
import com.abilian.sbe.scim.client.ScimTransport;
import com.abilian.sbe.scim.endpoint.AllowedHosts;
import com.abilian.sbe.scim.endpoint.ScimEndpointProvider;
import com.abilian.sbe.scim.project.ResourceType;
import com.abilian.sbe.scim.store.Link;
import com.abilian.sbe.scim.store.Tables;
import com.abilian.sbe.scim.store.TestDatabase;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.function.BooleanSupplier;
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
  private final Dispatcher dispatcher =
      new Dispatcher(
          () -> stores,
          endpoint -> DeliveryFixture.TOKENS,
          "sbe-scim",
          AllowedHosts.parse(null),
          new ScimTransport(Clock.systemUTC()),
          clock);

  @BeforeEach
  void introduce() {
    database.sql("INSERT INTO REALM VALUES ('r', 'agents')");
    database.sql(
        "INSERT INTO COMPONENT VALUES ('e', 'n', 'r', 'sbe-scim', '%s')"
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
        && link().pushedHash() != null
        && database.call(c -> stores.marks().backlog(c, "e")).count() == 0;
  }

  @Test
  void realmThatIsReplacedUnderTheSameIdsIsWalked() throws Exception {
    receiver.otherwise(request -> "201 {'id':'r-u'}");
    dispatcher.start();
    await(this::isIdle);
    // As one transaction of the removal, and one of the import, before the dispatcher looks again.
    database.run(c -> stores.endpoints().distrustRealm(c, "r"));
    database.sql("UPDATE USER_ENTITY SET ENABLED = FALSE");
    dispatcher.endpointsChanged();
    await(() -> receiver.asked().size() == 2);
    assertEquals(List.of("POST /Users", "PUT /Users/r-u"), receiver.asked());
  }

  private void changeInATransactionThatMarksNothing() {
    database.sql("UPDATE USER_ENTITY SET ENABLED = FALSE");
    clock.advance(Duration.ofMinutes(6));
    dispatcher.endpointsChanged();
  }

  @Test
  void changeThatWasUnderWayWhenTheEndpointWasEnabledIsFoundLater() throws Exception {
    database.sql("INSERT INTO COMPONENT_CONFIG VALUES ('e', 'enabled', 'false')");
    receiver.otherwise(request -> "201 {'id':'r-u'}");
    dispatcher.start();
    Thread.sleep(200);
    database.sql("UPDATE COMPONENT_CONFIG SET VALUE = 'true' WHERE NAME = 'enabled'");
    dispatcher.endpointsChanged();
    await(this::isIdle);
    changeInATransactionThatMarksNothing();
    await(() -> receiver.asked().size() == 2);
    assertEquals(List.of("POST /Users", "PUT /Users/r-u"), receiver.asked());
  }

  @Test
  void realmWhoseMarksWereLostIsWalked() throws Exception {
    receiver.otherwise(request -> "201 {'id':'r-u'}");
    dispatcher.start();
    await(this::isIdle);
    database.sql("UPDATE USER_ENTITY SET ENABLED = FALSE");
    dispatcher.lost(Set.of("e"), new IllegalStateException("no table"));
    dispatcher.endpointsChanged();
    await(() -> receiver.asked().size() == 2);
    assertEquals("PUT /Users/r-u", receiver.asked().get(1));
  }

  @Test
  void startOfTheServerWalksNobody() throws Exception {
    receiver.otherwise(request -> "201 {'id':'r-u'}");
    dispatcher.start();
    await(this::isIdle);
    changeInATransactionThatMarksNothing();
    Thread.sleep(300);
    assertEquals(1, receiver.asked().size());
  }

  @Test
  void newConfigurationWaitsForTheRequestsOfTheOldOne() throws Exception {
    receiver.otherwise(
        request -> {
          try {
            answering.await();
          } catch (InterruptedException stopping) {
            Thread.currentThread().interrupt();
          }
          return "201 {'id':'r-u'}";
        });
    dispatcher.start();
    await(() -> receiver.asked().size() == 1);
    String before = database.call(c -> stores.endpoints().basis(c, "e")).orElseThrow().projection();

    database.sql("UPDATE COMPONENT_CONFIG SET VALUE = 'b=title' WHERE NAME = 'attributeMapping'");
    for (int i = 0; i < 10; i++) {
      dispatcher.endpointsChanged();
      dispatcher.marked(Set.of("e"));
      Thread.sleep(50);
    }
    assertEquals(List.of("POST /Users"), receiver.asked());
    assertEquals(
        before, database.call(c -> stores.endpoints().basis(c, "e")).orElseThrow().projection());

    answering.countDown();
    await(() -> receiver.asked().size() == 2);
    await(this::isIdle);
    assertEquals(List.of("POST /Users", "PUT /Users/r-u"), receiver.asked());
    assertTrue(receiver.body(0).path("title").isMissingNode());
    assertEquals("Dr", receiver.body(1).path("title").asText());
  }
}
