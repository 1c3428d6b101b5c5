package com.abilian.sbe.scim.schedule;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.abilian.sbe.scim.client.MemoryBudget;
import com.abilian.sbe.scim.client.ScimClient;
import com.abilian.sbe.scim.client.ScimTransport;
import com.abilian.sbe.scim.deliver.DeliveryFixture;
import com.abilian.sbe.scim.deliver.Round;
import com.abilian.sbe.scim.endpoint.Endpoint;
import com.abilian.sbe.scim.project.AttributeMapping;
import com.abilian.sbe.scim.project.ResourceType;
import com.abilian.sbe.scim.project.UserMapping;
import com.abilian.sbe.scim.store.Mark;
import com.abilian.sbe.scim.store.MarkKind;
import com.abilian.sbe.scim.store.Stores;
import com.abilian.sbe.scim.store.Tables;
import com.abilian.sbe.scim.store.Transactions;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Where a change of an endpoint is refused, nothing of it is stored, whoever wanted to change it:
 * so that a node which may no longer deliver can be stopped in one place.
 */
@Timeout(30)
class RefusedChangesTest extends DeliveryFixture {

  private static final class Refused extends RuntimeException {
    private static final long serialVersionUID = 1L;
  }

  /** Reads are answered, changes of an endpoint are refused. */
  private final class Refusing implements Transactions {
    @Override
    public <T> T call(Work<T> work) {
      return database.call(work);
    }

    @Override
    public <T> T changing(String endpointId, Work<T> work) {
      assertEquals("e", endpointId);
      throw new Refused();
    }
  }

  private final Stores refusing = Stores.of(new Refusing(), new Tables(""));
  private final Endpoint endpoint = endpoint(UserMapping.of(AttributeMapping.parse(List.of())));

  private Round round(Stores tables) {
    ScimClient client = new ScimClient(endpoint.url(), TOKENS, new ScimTransport(clock));
    return Round.of(tables, endpoint, client, guard, breaker, threads, () -> false, clock, random);
  }

  private List<String> rows() {
    return database.call(
        connection -> {
          List<String> rows = new ArrayList<>();
          for (String table : List.of("SBE_SCIM_MARK", "SBE_SCIM_LINK", "SBE_SCIM_ENDPOINT")) {
            rows.addAll(rows(connection, table));
          }
          return rows;
        });
  }

  private static List<String> rows(Connection connection, String table) throws SQLException {
    List<String> rows = new ArrayList<>();
    try (ResultSet found =
        connection.createStatement().executeQuery("SELECT * FROM " + table + " ORDER BY 1, 2, 3")) {
      while (found.next()) {
        StringBuilder row = new StringBuilder(table);
        for (int column = 1; column <= found.getMetaData().getColumnCount(); column++) {
          row.append('|').append(found.getString(column));
        }
        rows.add(row.toString());
      }
    }
    return rows;
  }

  @ParameterizedTest
  @EnumSource(value = MarkKind.class, mode = EnumSource.Mode.EXCLUDE, names = "COMPARISON")
  void roundStoresNothing(MarkKind kind) {
    database.user("u", "zoe");
    database.group("g", "G", " ");
    linked(ResourceType.USER, "u");
    linked(ResourceType.GROUP, "g");
    receiver.otherwise(request -> "200 {}");
    boolean ofEverybody = kind.priority() == Mark.Priority.FULL_SYNC;
    mark(
        kind.priority(),
        kind,
        kind == MarkKind.USER ? "u" : ofEverybody ? "" : "g",
        kind == MarkKind.MEMBER ? "u" : null);
    List<String> before = rows();
    assertThrows(Refused.class, round(refusing)::run);
    assertEquals(before, rows());
    assertEquals(List.of(), receiver.asked(), "nothing is sent that cannot be recorded");
    assertTrue(round(stores).run());
    assertNotEquals(before, rows(), "the same round changes rows where it may");
  }

  @Test
  void retryThatIsDueStoresNothing() {
    database.user("u", "zoe");
    linked(ResourceType.USER, "u");
    database.sql("UPDATE SBE_SCIM_LINK SET NOT_BEFORE = 0");
    List<String> before = rows();
    assertThrows(Refused.class, round(refusing)::run);
    assertEquals(before, rows());
  }

  @Test
  void configurationIsNotPutInForce() {
    mark(MarkKind.USER, "u", null);
    linked(ResourceType.USER, "u");
    List<String> before = rows();
    ConfigurationInForce inForce = new ConfigurationInForce(stores, "node");
    assertThrows(Refused.class, () -> inForce.put(endpoint, refusing.transactions()));
    assertEquals(before, rows());
    inForce.put(endpoint, stores.transactions());
    assertNotEquals(before, rows());
  }

  @Test
  void workerStoresNeitherItsStateNorRetries() throws Exception {
    List<String> before = rows();
    CountDownLatch asked = new CountDownLatch(2);
    EndpointWorker worker =
        new EndpointWorker(
            endpoint,
            any -> {
              asked.countDown();
              return Optional.of("not allowed");
            },
            refusing,
            new ScimClient(endpoint.url(), TOKENS, new ScimTransport(clock)),
            MemoryBudget.of(1 << 20),
            guard,
            new Lease("e", "n", 1, System::nanoTime, System.nanoTime()),
            Clock.systemUTC(),
            () -> {});
    worker.start();
    assertTrue(asked.await(20, TimeUnit.SECONDS), "it goes on");
    worker.stop();
    worker.join(System.nanoTime() + TimeUnit.SECONDS.toNanos(10));
    assertEquals(before, rows());
  }
}
