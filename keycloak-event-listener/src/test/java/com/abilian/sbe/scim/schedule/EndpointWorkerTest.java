package com.abilian.sbe.scim.schedule;

import static org.junit.jupiter.api.Assertions.assertTrue;

import com.abilian.sbe.scim.client.MemoryBudget;
import com.abilian.sbe.scim.client.ScimClient;
import com.abilian.sbe.scim.client.ScimTransport;
import com.abilian.sbe.scim.deliver.DeliveryFixture;
import com.abilian.sbe.scim.endpoint.Endpoint;
import com.abilian.sbe.scim.project.AttributeMapping;
import com.abilian.sbe.scim.project.UserMapping;
import com.abilian.sbe.scim.store.EndpointStore.Health;
import com.abilian.sbe.scim.store.EndpointStore.State;
import com.abilian.sbe.scim.store.Mark;
import com.abilian.sbe.scim.store.MarkKind;
import java.time.Clock;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class EndpointWorkerTest extends DeliveryFixture {

  private EndpointWorker worker;

  private void work() {
    Endpoint endpoint = endpoint(UserMapping.of(AttributeMapping.parse(AttributeMapping.DEFAULT)));
    ScimClient client =
        new ScimClient(endpoint.url(), TOKENS, new ScimTransport(Clock.systemUTC()));
    Lease lease = new Lease("e", "n", 1, System::nanoTime, System.nanoTime());
    worker =
        new EndpointWorker(
            endpoint,
            any -> Optional.empty(),
            stores,
            client,
            MemoryBudget.of(1 << 20),
            guard,
            lease,
            Clock.systemUTC(),
            () -> {});
    worker.start();
  }

  @AfterEach
  void stop() {
    worker.stop();
    worker.join(System.nanoTime() + TimeUnit.SECONDS.toNanos(10));
  }

  private void await(Predicate<Health> condition) throws InterruptedException {
    while (!condition.test(database.call(c -> stores.endpoints().find(c, "e")).orElseThrow())) {
      Thread.sleep(20);
    }
  }

  /** Before the request that hangs is given up after ten seconds. */
  @Test
  @Timeout(9)
  void recoveryShowsWhileThereIsStillMuchToSend() throws Exception {
    CountDownLatch seen = new CountDownLatch(1);
    database.user("u", "zoe");
    database.user("other", "ada");
    mark(MarkKind.USER, "u", null);
    mark(Mark.Priority.FULL_SYNC, MarkKind.USER, "other", null);
    receiver.then(503);
    receiver.otherwise(
        request -> {
          if (request.body() != null && request.body().path("userName").asText().equals("ada")) {
            awaited(seen);
          }
          return "201 {'id':'r-u','schemas':['" + LIST + "'],'Resources':[]}";
        });
    work();
    await(health -> health.state() == State.RETRYING);
    await(health -> health.state() == State.OK);
    seen.countDown();
  }

  private static void awaited(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException stopping) {
      Thread.currentThread().interrupt();
    }
  }

  @Test
  void bugThatEndsEveryRoundShowsInTheStatusAndIsOvercome() throws Exception {
    receiver.otherwise(request -> "200 {'schemas':['" + LIST + "']}");
    database.sql("ALTER TABLE KEYCLOAK_GROUP RENAME TO AWAY");
    mark(MarkKind.GROUP, "g", null);
    work();
    await(health -> health.state() == State.RETRYING);
    await(health -> health.reason().startsWith("delivery was interrupted: "));
    database.sql("ALTER TABLE AWAY RENAME TO KEYCLOAK_GROUP");
    await(health -> health.state() == State.OK);
    assertTrue(receiver.asked().get(0).startsWith("GET /Users?count=0"));
  }
}
