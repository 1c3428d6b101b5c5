package com.abilian.sbe.scim.monitor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;

import com.abilian.sbe.scim.client.RequestListener;
import com.abilian.sbe.scim.client.Verdict;
import com.abilian.sbe.scim.deliver.DeliveryFixture;
import com.abilian.sbe.scim.endpoint.Endpoint;
import com.abilian.sbe.scim.project.AttributeMapping;
import com.abilian.sbe.scim.project.UserMapping;
import com.abilian.sbe.scim.store.EndpointStore.State;
import com.abilian.sbe.scim.store.MarkKind;
import com.abilian.sbe.scim.store.Stores;
import com.abilian.sbe.scim.store.Transactions;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.search.RequiredSearch;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class MonitorTest extends DeliveryFixture {

  private static final Map<String, String> REALMS = Map.of("e", "agents");

  private final MeterRegistry registry = new SimpleMeterRegistry();
  private final Endpoint endpoint =
      endpoint(UserMapping.of(AttributeMapping.parse(AttributeMapping.DEFAULT)));
  private boolean watched = true;
  private boolean held = true;
  private int readings;

  private final Stores counted =
      stores.with(
          new Transactions() {
            @Override
            public <T> T call(Work<T> work) {
              readings++;
              return database.call(work);
            }
          });

  private final Monitor monitor =
      new Monitor(new MicrometerMeters(registry, () -> watched, "1.2.3", clock), clock);

  @BeforeEach
  void keep() {
    monitor.keep(REALMS, id -> held);
  }

  private void look() {
    monitor.look(Map.of(endpoint, counted));
  }

  private RequiredSearch meters(String name, String... tags) {
    return registry.get("sbe.scim." + name).tags("realm", "agents", "endpoint", "e").tags(tags);
  }

  private double gauge(String name, String... tags) {
    return meters(name, tags).gauge().value();
  }

  private Set<String> names() {
    return registry.getMeters().stream()
        .map(Meter::getId)
        .map(Meter.Id::getName)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  @Test
  void whatTheTablesTellIsShown() {
    database.sql(
        """
        INSERT INTO SBE_SCIM_LINK (ENDPOINT_ID, RESOURCE_TYPE, RESOURCE_ID, STATE, REMOTE_ID)
          VALUES ('e', 'USER', 'a', 'ACTIVE', 'r-a'), ('e', 'USER', 'b', 'ACTIVE', 'r-b'),
            ('e', 'GROUP', 'g', 'ACTIVE', 'r-g');
        INSERT INTO SBE_SCIM_LINK (ENDPOINT_ID, RESOURCE_TYPE, RESOURCE_ID, STATE)
          VALUES ('e', 'USER', 'refused', 'PARKED');
        INSERT INTO SBE_SCIM_LINK (ENDPOINT_ID, RESOURCE_TYPE, RESOURCE_ID, STATE, STILL_IN_SINCE)
          VALUES ('e', 'USER', 'leaver', 'GONE', 1);
        INSERT INTO SBE_SCIM_LOSS (ENDPOINT_ID, RESOURCE_TYPE, RESOURCE_ID, GROUP_ID, CAUSE, STATE,
            LOST_AT)
          VALUES ('e', 'USER', 'a', '', 'COMPARED', 'HELD', 1);
        INSERT INTO SBE_SCIM_DIRECTORY (PROVIDER_ID, REALM_ID, TAKEN_AT, WANTED_AT, PEOPLE,
            FAILING_SINCE, REASON)
          VALUES ('p', 'r', 0, 0, 0, %d, 'away');
        """
            .formatted(clock.millis() - 7_000));
    mark(MarkKind.USER, "c", null);
    look();
    assertEquals(1, gauge("changes.pending"));
    assertEquals(2, gauge("resources", "resource_type", "user"));
    assertEquals(1, gauge("resources", "resource_type", "group"));
    assertEquals(1, gauge("refused"));
    assertEquals(1, gauge("still.in"));
    assertEquals(1, gauge("losses.held"));
    assertEquals(7, gauge("directory.failing"));
    assertEquals(1, gauge("endpoint.state", "state", "ok"));
    assertEquals(0, gauge("endpoint.state", "state", "retrying"));
    assertEquals(1, gauge("lease.held"));
    assertEquals(1, registry.get("sbe.scim.connector").tag("version", "1.2.3").gauge().value());
  }

  @Test
  void stateIsToldAsItIs() {
    database.run(c -> stores.endpoints().saveState(c, "e", State.PAUSED, "401", 3, null));
    look();
    assertEquals(1, gauge("endpoint.state", "state", "paused"));
    assertEquals(0, gauge("endpoint.state", "state", "ok"));
  }

  @Test
  void agesGoOnWhileNothingIsRead() {
    database.sql(
        "INSERT INTO SBE_SCIM_MARK VALUES ('1', 'r', 'e', 0, 'USER', 'u', NULL, 'TEST', %d)"
            .formatted(clock.millis() - 1_000));
    look();
    clock.advance(Duration.ofSeconds(3));
    assertEquals(4, gauge("oldest.change"));
    assertEquals(3, gauge("reading"));
  }

  @Test
  void tablesAreReadNowAndThenAndNotForWhoeverLooks() {
    look();
    look();
    gauge("changes.pending");
    assertEquals(1, readings);
    clock.advance(Duration.ofSeconds(5));
    look();
    assertEquals(2, readings);
  }

  @Test
  void readingTakesAHundredthOfTheTimeUnlessItWasSlowByChance() {
    Stores slow =
        stores.with(
            new Transactions() {
              @Override
              public <T> T call(Work<T> work) {
                readings++;
                clock.advance(Duration.ofMillis(300));
                return database.call(work);
              }
            });
    monitor.look(Map.of(endpoint, slow));
    clock.advance(Duration.ofSeconds(5));
    monitor.look(Map.of(endpoint, slow));
    assertEquals(2, readings);
    clock.advance(Duration.ofSeconds(29));
    monitor.look(Map.of(endpoint, slow));
    assertEquals(2, readings);
    clock.advance(Duration.ofSeconds(1));
    monitor.look(Map.of(endpoint, slow));
    assertEquals(3, readings);
  }

  @Test
  void nothingIsReadWhereTheServerHasNoMetrics() {
    watched = false;
    look();
    assertEquals(0, readings);
    watched = true;
    look();
    assertEquals(1, readings);
  }

  @Test
  void whatCannotBeReadGrowsOldAndHurtsNobody() {
    look();
    database.sql("ALTER TABLE SBE_SCIM_LINK RENAME TO AWAY");
    clock.advance(Duration.ofMinutes(2));
    look();
    assertEquals(120, gauge("reading"));
    database.sql("ALTER TABLE AWAY RENAME TO SBE_SCIM_LINK");
    clock.advance(Duration.ofSeconds(5));
    look();
    assertEquals(0, gauge("reading"));
  }

  @Test
  void figuresAreShownByTheNodeThatDeliversAlone() {
    look();
    monitor.requests("e").ended("PUT", "Users", Verdict.ACCEPTED, Duration.ofMillis(5));
    held = false;
    monitor.look(Map.of());
    assertEquals(0, gauge("lease.held"));
    assertEquals(
        Set.of(
            "sbe.scim.connector",
            "sbe.scim.lease.held",
            "sbe.scim.request",
            "sbe.scim.request.histogram",
            "sbe.scim.requests"),
        names());
    held = true;
    look();
    assertEquals(0, gauge("changes.pending"));
  }

  @Test
  void ofAnEndpointThatIsGoneNothingStays() {
    look();
    RequestListener requests = monitor.requests("e");
    requests.ended("PUT", "Users", Verdict.ACCEPTED, Duration.ofMillis(5));
    monitor.keep(Map.of(), id -> false);
    requests.ended("PUT", "Users", Verdict.ACCEPTED, Duration.ofMillis(5));
    monitor.look(Map.of());
    assertEquals(Set.of("sbe.scim.connector"), names());
  }

  @Test
  void aRealmThatIsRenamedIsToldByItsNewName() {
    look();
    monitor.keep(Map.of("e", "staff"), id -> true);
    look();
    assertNull(registry.find("sbe.scim.refused").tag("realm", "agents").gauge());
    assertNotNull(registry.find("sbe.scim.refused").tag("realm", "staff").gauge());
  }

  @Test
  void requestsAreCountedByWhatTheyWereAndWhatTheyWereAnswered() {
    RequestListener requests = monitor.requests("e");
    requests.ended("PUT", "Users", Verdict.ACCEPTED, Duration.ofMillis(5));
    requests.ended("PUT", "Users", Verdict.ACCEPTED, Duration.ofMillis(15));
    requests.ended("POST", "Groups", Verdict.CONFLICT, Duration.ofMillis(5));
    requests.ended("GET", "ServiceProviderConfig", null, Duration.ofSeconds(7));
    requests.ended("POST", "Bulk", Verdict.ACCEPTED, Duration.ofMillis(5));
    requests.ended("POST", "Users", Verdict.ACCEPTED, null);
    requests.ended("POST", "Users", Verdict.REFUSED, null);
    assertEquals(2, count("user", "replace", "accepted"));
    assertEquals(1, count("bulk", "create", "accepted"));
    assertEquals(1, count("user", "create", "accepted"));
    assertEquals(1, count("user", "create", "refused"));
    assertEquals(1, count("group", "create", "conflict"));
    assertEquals(1, count("service", "read", "unanswered"));
    assertEquals(5, meters("request").timer().count(), "an operation of a bulk is no request");
  }

  private double count(String type, String operation, String outcome) {
    return meters("requests", "resource_type", type, "operation", operation, "outcome", outcome)
        .counter()
        .count();
  }
}
