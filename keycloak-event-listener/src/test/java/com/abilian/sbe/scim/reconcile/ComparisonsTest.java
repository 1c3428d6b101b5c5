package com.abilian.sbe.scim.reconcile;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;

import com.abilian.sbe.scim.endpoint.Endpoint;
import com.abilian.sbe.scim.endpoint.Endpoints;
import com.abilian.sbe.scim.project.AttributeMapping;
import com.abilian.sbe.scim.project.ProvisioningScope;
import com.abilian.sbe.scim.project.UserMapping;
import com.abilian.sbe.scim.store.Mark;
import com.abilian.sbe.scim.store.MarkKind;
import com.abilian.sbe.scim.store.Stores;
import com.abilian.sbe.scim.store.Tables;
import com.abilian.sbe.scim.store.TestDatabase;
import com.abilian.sbe.scim.store.Transactions;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ComparisonsTest {

  /** Only so that a failure does not hang. */
  private static final int LONG_SECONDS = 30;

  private final TestDatabase database = new TestDatabase();
  private final Stores stores = Stores.of(database, new Tables(""));
  private final BlockingQueue<Set<String>> announced = new LinkedBlockingQueue<>();
  private final BlockingQueue<String> deleted = new LinkedBlockingQueue<>();
  private final Comparisons comparisons = new Comparisons(announced::add);

  @AfterEach
  void close() throws SQLException {
    comparisons.stop();
    database.close();
  }

  private static Endpoint endpoint(String id, String realmId) {
    return Endpoints.of(
        id, realmId, UserMapping.of(AttributeMapping.parse(List.of())), ProvisioningScope.ALL);
  }

  private void ask(String organization) {
    Mark mark =
        Mark.of(
            "r", "e", Mark.Priority.COMPARISON, MarkKind.COMPARISON, organization, null, "TEST");
    database.run(c -> stores.marks().insert(c, List.of(mark)));
  }

  private Set<String> announcement() throws InterruptedException {
    Set<String> endpoints = announced.poll(LONG_SECONDS, TimeUnit.SECONDS);
    assertNotNull(endpoints, "nothing was announced");
    return endpoints;
  }

  private List<String> marked(String endpointId) {
    return database.call(c -> stores.marks().first(c, endpointId, 10)).stream()
        .map(Mark::resourceId)
        .toList();
  }

  @Test
  void realmThatIsServedIsCompared() throws InterruptedException {
    database.user("u", "zoe");
    comparisons.serve(Map.of(endpoint("e", "r"), stores));
    assertEquals(Set.of("e"), announcement());
    assertEquals(List.of("u"), marked("e"));
  }

  @Test
  void markThatAsksForAComparisonIsAnsweredBeforeTheNextPassIsDue() throws InterruptedException {
    database.user("first", "zoe");
    comparisons.serve(Map.of(endpoint("e", "r"), telling()));
    announcement();
    database.user("second", "ada");
    ask("");
    assertEquals(Set.of("e"), announcement());
    assertEquals(List.of("first", "second"), marked("e"));
    assertEquals("e", deleted.poll(LONG_SECONDS, TimeUnit.SECONDS));
    assertEquals(2, database.call(c -> stores.marks().backlog(c, "e")).count());
  }

  @Test
  void onlyTheMembersOfAnOrganizationAreComparedWhereOneIsNamed() throws InterruptedException {
    database.user("first", "zoe");
    comparisons.serve(Map.of(endpoint("e", "r"), telling()));
    announcement();
    database.user("member", "ada");
    database.user("other", "eve");
    database.sql("INSERT INTO ORG VALUES ('o', 'r', 'inner', TRUE)");
    database.sql(
        "INSERT INTO USER_GROUP_MEMBERSHIP (GROUP_ID, USER_ID, MEMBERSHIP_TYPE)"
            + " VALUES ('inner', 'member', 'MANAGED')");
    ask("o");
    announcement();
    assertEquals("e", deleted.poll(LONG_SECONDS, TimeUnit.SECONDS));
    assertEquals(List.of("first", "member"), marked("e"));
  }

  @Test
  void realmThatCannotBeComparedHoldsUpNoOther() throws InterruptedException {
    database.user("u", "zoe");
    Transactions broken =
        new Transactions() {
          @Override
          public <T> T call(Work<T> work) {
            throw new IllegalStateException("broken");
          }
        };
    comparisons.serve(Map.of(endpoint("b", "r"), stores.with(broken), endpoint("e", "r"), stores));
    assertEquals(Set.of("e"), announcement());
  }

  /** Tells when a mark that asks for a comparison was deleted. */
  private Stores telling() {
    return stores.with(
        new Transactions() {
          @Override
          public <T> T call(Work<T> work) {
            return database.call(work);
          }

          @Override
          public <T> T changing(String endpointId, Work<T> work) {
            int before = asking();
            T result = call(work);
            if (asking() < before) {
              deleted.add(endpointId);
            }
            return result;
          }
        });
  }

  private int asking() {
    return database.call(c -> stores.marks().comparisons(c, Set.of("e"))).size();
  }
}
