package com.abilian.sbe.scim.mark;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import com.abilian.sbe.scim.Proxies;
import com.abilian.sbe.scim.endpoint.EndpointConfig;
import com.abilian.sbe.scim.endpoint.ScimEndpointProvider;
import com.abilian.sbe.scim.store.EndpointStore;
import com.abilian.sbe.scim.store.EndpointStore.Basis;
import com.abilian.sbe.scim.store.Mark;
import com.abilian.sbe.scim.store.MarkStore;
import com.abilian.sbe.scim.store.Tables;
import com.abilian.sbe.scim.store.TestDatabase;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.keycloak.component.ComponentModel;
import org.keycloak.models.KeycloakSession;
import org.keycloak.models.KeycloakTransaction;
import org.keycloak.models.KeycloakTransactionManager;
import org.keycloak.models.RealmModel;
import org.keycloak.models.RealmProvider;

class MarkRecorderTest {

  private final TestDatabase database = new TestDatabase();
  private final EndpointStore endpoints = new EndpointStore(new Tables(""));
  private final List<ComponentModel> components = new ArrayList<>();
  private final List<KeycloakTransaction> prepare = new ArrayList<>();
  private final List<KeycloakTransaction> after = new ArrayList<>();
  private final Map<String, Object> attributes = new HashMap<>();
  private final List<Set<String>> announced = new ArrayList<>();
  private String realmName = "agents";
  private boolean active = true;

  private final KeycloakTransactionManager manager =
      Proxies.of(
          KeycloakTransactionManager.class,
          Map.of(
              "isActive", arguments -> active,
              "enlistPrepare", arguments -> prepare.add((KeycloakTransaction) arguments[0]),
              "enlistAfterCompletion", arguments -> after.add((KeycloakTransaction) arguments[0])));

  private final RealmModel realm =
      Proxies.of(
          RealmModel.class,
          Map.of(
              "getId", arguments -> "r",
              "getName", arguments -> realmName,
              "getComponentsStream",
                  arguments ->
                      components.stream()
                          .filter(component -> component.getProviderType().equals(arguments[1]))));

  private final RealmProvider realms =
      Proxies.of(RealmProvider.class, Map.of("getRealm", arguments -> realm));

  private final KeycloakSession session =
      Proxies.of(
          KeycloakSession.class,
          Map.of(
              "realms", arguments -> realms,
              "getTransactionManager", arguments -> manager,
              "getAttribute", arguments -> attributes.get(arguments[0]),
              "setAttribute", arguments -> attributes.put((String) arguments[0], arguments[1])));

  private final MarkRecorder recorder =
      new MarkRecorder(
          database,
          true,
          new MarkListener() {
            @Override
            public void marked(Set<String> endpointIds) {
              announced.add(endpointIds);
            }

            @Override
            public void endpointsChanged() {
              announced.add(Set.of());
            }

            @Override
            public void lost(Set<String> endpointIds, RuntimeException cause) {
              throw new AssertionError(cause);
            }
          });

  @BeforeEach
  void endpoints() {
    component("e", "true", ScimEndpointProvider.class.getName());
    component("off", "false", ScimEndpointProvider.class.getName());
    component("broken", "perhaps", ScimEndpointProvider.class.getName());
    component("other", "true", "org.example.Other");
    database.run(
        c -> {
          endpoints.insert(c, "e", "r");
          endpoints.saveBasis(c, "e", new Basis("t", "p", 1));
        });
  }

  @AfterEach
  void close() throws SQLException {
    database.close();
  }

  private ComponentModel component(String id, String enabled, String type) {
    ComponentModel component = new ComponentModel();
    component.setId(id);
    component.setProviderType(type);
    component.put("enabled", enabled);
    components.add(component);
    return component;
  }

  private void commit() {
    List.copyOf(prepare).forEach(KeycloakTransaction::begin);
    List.copyOf(prepare).forEach(KeycloakTransaction::commit);
    List.copyOf(after).forEach(KeycloakTransaction::begin);
    List.copyOf(after).forEach(KeycloakTransaction::commit);
  }

  private List<String> marks() {
    return database.call(c -> new MarkStore(new Tables("")).first(c, "e", 10)).stream()
        .map(Mark::resourceId)
        .toList();
  }

  private String projection() {
    return database.call(c -> endpoints.basis(c, "e")).orElseThrow().projection();
  }

  @Test
  void changeIsMarkedForEveryEnabledEndpointAndAnnouncedAfterTheCommit() {
    recorder.record(session, "r", Change.user("u", "TEST"));
    assertEquals(List.of(), marks(), "only the commit writes");
    commit();
    assertEquals(List.of("u"), marks());
    assertEquals(List.of(Set.of("e")), announced);
  }

  @Test
  void realmIsMarkedForNoMoreEndpointsThanTheLimit() {
    for (int number = 0; number < 2 * EndpointConfig.MOST_OF_A_REALM; number++) {
      component("d" + number, "true", ScimEndpointProvider.class.getName());
    }
    recorder.record(session, "r", Change.user("u", "TEST"));
    commit();
    // By their ids: those of the catalog.
    assertEquals(List.of(Set.of("d0", "d1", "d10", "d11", "d12", "d13", "d14", "d15")), announced);
  }

  @Test
  void changeOfRolesIsMarkedOnlyWhereRolesAreRead() {
    ComponentModel reading = component("roles", "true", ScimEndpointProvider.class.getName());
    reading.put("roleMapping", "editor=writer");
    ComponentModel blank = component("blank", "true", ScimEndpointProvider.class.getName());
    blank.put("roleMapping", " ");
    recorder.record(session, "r", Change.roles("TEST"));
    recorder.record(session, "r", Change.rolesOf("u", "TEST"));
    commit();
    assertEquals(List.of(), marks());
    assertEquals(List.of(Set.of("roles")), announced);
  }

  @Test
  void groupWhoseRealmIsNotSaidIsMarkedInItsRealm() {
    database.group("g", "Made by a mapper", " ");
    recorder.recordGroup(session, "g", Change.groupTree("g", "TEST"));
    recorder.recordGroup(session, "nowhere", Change.groupTree("nowhere", "TEST"));
    commit();
    assertEquals(List.of("g"), marks());
  }

  @Test
  void groupOfManyAsksForAComparisonOnlyWhereGroupsDecideWhoIsInScope() {
    ComponentModel scoped = component("scoped", "true", ScimEndpointProvider.class.getName());
    scoped.put("scopeGroups", "/Agents");
    recorder.record(session, "r", Change.groupTree("g", "TEST"));
    recorder.record(session, "r", Change.member("g", "u", "TEST"));
    commit();
    MarkStore store = new MarkStore(new Tables(""));
    assertEquals(
        List.of("scoped"),
        database.call(c -> store.comparisons(c, Set.of("e", "scoped"))).stream()
            .map(Mark::endpointId)
            .toList());
    assertEquals(List.of("g", "g"), marks());
  }

  @Test
  void administratorsRealmIsNeverMarked() {
    realmName = "master";
    recorder.record(session, "r", Change.user("u", "TEST"));
    assertEquals(List.of(), prepare);
  }

  @Test
  void sessionHasOneStepHoweverManyChangesItMakes() {
    recorder.record(session, "r", Change.user("u", "TEST"));
    recorder.record(session, "r", Change.user("v", "TEST"));
    recorder.record(session, "r", Change.user("u", "AGAIN"));
    assertEquals(1, prepare.size());
    commit();
    assertEquals(List.of("u", "v"), marks());
  }

  @Test
  void endpointThatIsRemovedNeedsAFullSyncShouldItComeBack() {
    recorder.endpointRemoved(session, "e");
    assertNull(projection());
    commit();
    assertEquals(List.of(Set.of()), announced);
  }

  @Test
  void realmThatIsRemovedTakesTheMarksOfItsSessionWithIt() {
    recorder.record(session, "r", Change.user("u", "TEST"));
    recorder.realmRemoved(session, "r");
    assertNull(projection());
    commit();
    assertEquals(List.of(), marks());
  }

  @Test
  void removalOutsideATransactionIsRememberedAllTheSame() {
    active = false;
    recorder.endpointRemoved(session, "e");
    assertNull(projection());
  }
}
