package com.abilian.sbe.scim.admin;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.abilian.sbe.scim.project.Standing;
import com.abilian.sbe.scim.store.AlarmStore;
import com.abilian.sbe.scim.store.AlarmStore.Kind;
import com.abilian.sbe.scim.store.AlarmStore.Telling;
import com.abilian.sbe.scim.store.EndpointStore;
import com.abilian.sbe.scim.store.EndpointStore.Basis;
import com.abilian.sbe.scim.store.LeaseStore;
import com.abilian.sbe.scim.store.Mark;
import com.abilian.sbe.scim.store.MarkKind;
import com.abilian.sbe.scim.store.MarkStore;
import com.abilian.sbe.scim.store.NodeStore;
import com.abilian.sbe.scim.store.NodeStore.Node;
import com.abilian.sbe.scim.store.Run;
import com.abilian.sbe.scim.store.Run.Phase;
import com.abilian.sbe.scim.store.RunStore;
import com.abilian.sbe.scim.store.Tables;
import com.abilian.sbe.scim.store.TestDatabase;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.keycloak.component.ComponentModel;

class StatusReaderTest {

  private static final Tables TABLES = new Tables("");

  private final TestDatabase database = new TestDatabase();
  private final EndpointStore endpoints = new EndpointStore(TABLES);
  private final NodeStore nodes = new NodeStore(TABLES);
  private final StatusReader reader = new StatusReader(TABLES);

  @BeforeEach
  void introduce() {
    database.run(
        c -> {
          endpoints.insert(c, "e", "r");
          endpoints.saveBasis(c, "e", new Basis("t", "p", 2));
        });
  }

  @AfterEach
  void close() throws SQLException {
    database.close();
  }

  private void node(String id, int revision) {
    database.run(c -> nodes.beat(c, new Node(id, "0." + revision, revision, 1, 1)));
  }

  private final ComponentModel component = new ComponentModel();

  private EndpointStatus status() {
    component.setId("e");
    component.setParentId("r");
    return database.call(c -> reader.read(c, component));
  }

  @Test
  void whatTheScopeNamesAndTheRealmDoesNotHaveIsTold() {
    component.put("scopeGroups", "/Agents");
    assertTrue(status().notice().startsWith("this realm has no group Agents: "));
    database.group("g", "Agents", " ");
    assertNull(status().notice());
  }

  @Test
  void receiverThatAppliesNothingIsToldUntilItDoes() {
    assertFalse(status().shadow());
    database.run(c -> endpoints.saveStanding(c, "e", new Standing("g", 1, true)));
    assertTrue(status().shadow());
    database.run(c -> endpoints.saveStanding(c, "e", new Standing("g", 1, false)));
    assertFalse(status().shadow());
    database.run(c -> endpoints.saveStanding(c, "e", new Standing("g", 1, true)));
    database.run(c -> endpoints.forgetStanding(c, "e"));
    assertFalse(status().shadow(), "it is another receiver");
  }

  /** Whose first look at the links comes after {@code meanwhile}. */
  private Connection overtaken(Connection connection, Runnable meanwhile) {
    AtomicBoolean done = new AtomicBoolean();
    InvocationHandler handler =
        (proxy, method, arguments) -> {
          if (arguments != null
              && String.valueOf(arguments[0]).contains("SBE_SCIM_LINK")
              && !done.getAndSet(true)) {
            meanwhile.run();
          }
          return method.invoke(connection, arguments);
        };
    return (Connection)
        Proxy.newProxyInstance(
            getClass().getClassLoader(), new Class<?>[] {Connection.class}, handler);
  }

  @Test
  void whatARunHasJustMarkedIsToldTogetherWithItsPhase() {
    RunStore runs = new RunStore(TABLES);
    MarkStore marks = new MarkStore(TABLES);
    database.run(c -> runs.plan(c, "e", "r", "first sync"));
    Run comparing = database.call(c -> runs.current(c, "e")).orElseThrow().startedAt(1);
    component.setId("e");
    component.setParentId("r");
    EndpointStatus status =
        database.call(
            c ->
                reader.read(
                    overtaken(
                        c,
                        () ->
                            database.run(
                                step -> {
                                  marks.insert(step, List.of(missing("u")));
                                  runs.save(step, comparing.going(Phase.REMOVALS, "", null));
                                })),
                    component));
    assertEquals("removals", status.lastRun().phase());
    assertEquals(1, status.pending());
    assertEquals("delivering", status.state());
  }

  private static Mark missing(String id) {
    return Mark.of("r", "e", Mark.Priority.FULL_SYNC, MarkKind.USER, id, null, "first sync");
  }

  @Test
  void anEndpointThatSomebodyPausedSaysSo() {
    assertEquals("idle", status().state());
    component.put("paused", "true");
    assertEquals("paused", status().state());
    assertEquals("an administrator has paused it", status().reason());
  }

  @Test
  void whyTheWebhookTakesNoAlarmIsTold() {
    Telling failed = Telling.begun(Kind.HELD, 1).failed("it answered 500", 2);
    AlarmStore alarms = new AlarmStore(TABLES);
    database.run(c -> alarms.save(c, "e", failed));
    assertNull(status().webhookFailure(), "there is no webhook any more");
    component.put("webhook", "https://hooks.example.org/x");
    assertEquals("it answered 500", status().webhookFailure());
    database.run(c -> alarms.save(c, "e", failed.told(3)));
    assertNull(status().webhookFailure());
  }

  @Test
  void thatNoNodeDeliversIsTold() {
    assertFalse(status().holder());
    LeaseStore leases = new LeaseStore(new Tables(""));
    database.run(c -> leases.take(c, List.of("e"), "node", Duration.ofSeconds(15)));
    assertTrue(status().holder());
    database.sql("UPDATE SBE_SCIM_ENDPOINT SET EXPIRES_AT = EXPIRES_AT - 70000");
    assertTrue(status().holder());
    database.sql("UPDATE SBE_SCIM_ENDPOINT SET EXPIRES_AT = EXPIRES_AT - 10000");
    assertFalse(status().holder());
  }

  @Test
  void nodesThatAreAlikeAreNotSpokenOf() {
    assertNull(status().notice());
    node("a", 2);
    node("b", 2);
    assertNull(status().notice());
  }

  @Test
  void nodesWithDifferentReleasesAreTold() {
    node("a", 2);
    node("b", 1);
    assertTrue(status().notice().contains("different releases"), status().notice());
  }

  @Test
  void releaseThatIsOlderThanTheLastOneIsTold() {
    node("a", 1);
    assertTrue(status().notice().contains("newer release"), status().notice());
  }

  @Test
  void nodesWithDifferentConfigurationsAreToldAsLongAsTheyAreThere() {
    node("a", 2);
    database.run(c -> endpoints.dispute(c, "e", "a"));
    assertTrue(status().notice().contains("different configurations"), status().notice());
    database.run(c -> nodes.delete(c, "a"));
    assertNull(status().notice());
  }

  @Test
  void whatIsLeftToANewerReleaseIsCountedAndDoesNotLookLikeWork() {
    database.sql(
        """
        INSERT INTO SBE_SCIM_MARK VALUES ('1', 'r', 'e', 0, 'PROVIDER', 'x', NULL, 'NEWER', 1);
        INSERT INTO SBE_SCIM_LINK (ENDPOINT_ID, RESOURCE_TYPE, RESOURCE_ID, STATE, NOT_BEFORE)
          VALUES ('e', 'USER', 'u', 'HELD', 1);
        """);
    EndpointStatus status = status();
    assertEquals(2, status.foreign());
    assertEquals(0, status.pending());
    assertEquals("idle", status.state());
  }

  @Test
  void whatIsRefusedIsToldWithTheReasonAndWithWhoHasTheName() {
    database.sql(
        """
        INSERT INTO SBE_SCIM_LINK (ENDPOINT_ID, RESOURCE_TYPE, RESOURCE_ID, STATE, LAST_STATUS,
            LAST_ERROR, DIRTY_SINCE, BLOCKED_BY)
          VALUES ('e', 'GROUP', 'second', 'PARKED', 409, 'PUT Groups answered 409 uniqueness', 2, 'g');
        INSERT INTO SBE_SCIM_LINK (ENDPOINT_ID, RESOURCE_TYPE, RESOURCE_ID, STATE, LAST_STATUS,
            LAST_ERROR, DIRTY_SINCE)
          VALUES ('e', 'USER', 'first', 'PARKED', 400, 'PUT Users answered 400 invalidValue', 1);
        INSERT INTO SBE_SCIM_LINK (ENDPOINT_ID, RESOURCE_TYPE, RESOURCE_ID, STATE)
          VALUES ('e', 'USER', 'fine', 'ACTIVE');
        """);
    EndpointStatus status = status();
    assertEquals(2, status.parked());
    assertEquals(
        List.of("first", "second"), status.refused().stream().map(RefusedResource::id).toList());
    RefusedResource group = status.refused().get(1);
    assertEquals("GROUP", group.type());
    assertEquals("PUT Groups answered 409 uniqueness", group.reason());
    assertEquals("g", group.blockedBy());
    assertTrue(group.seconds() > 0);
    assertNull(status.refused().get(0).blockedBy());
  }
}
