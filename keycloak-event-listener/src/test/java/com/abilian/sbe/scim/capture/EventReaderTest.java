package com.abilian.sbe.scim.capture;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.abilian.sbe.scim.Proxies;
import com.abilian.sbe.scim.mark.Change;
import com.abilian.sbe.scim.project.LossCause;
import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.Constructor;
import java.lang.reflect.Method;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.keycloak.models.ClientModel;
import org.keycloak.models.GroupModel;
import org.keycloak.models.KeycloakSession;
import org.keycloak.models.RealmModel;
import org.keycloak.models.RoleContainerModel;
import org.keycloak.models.RoleModel;
import org.keycloak.models.UserModel;
import org.keycloak.models.workflow.ResourceType;
import org.keycloak.models.workflow.WorkflowProviderEvent.WorkflowStepExecutedEvent;
import org.keycloak.provider.ProviderEvent;

class EventReaderTest {

  private static final KeycloakSession SESSION = Proxies.of(KeycloakSession.class, Map.of());

  private static final RoleModel BY_DEFAULT =
      Proxies.of(RoleModel.class, Map.of("getId", arguments -> "default"));

  private static final RealmModel REALM =
      Proxies.of(
          RealmModel.class,
          Map.of("getId", arguments -> "r", "getDefaultRole", arguments -> BY_DEFAULT));

  private static final UserModel USER =
      Proxies.of(UserModel.class, Map.of("getId", arguments -> "u"));

  private final EventReader reader = new EventReader();

  private static ProviderEvent removal() {
    return removal(UserModel.UserRemovedEvent.class);
  }

  private static ProviderEvent removal(Class<? extends ProviderEvent> kind) {
    return Proxies.of(
        kind,
        Map.of(
            "getUser", arguments -> USER,
            "getRealm", arguments -> REALM,
            "getKeycloakSession", arguments -> SESSION));
  }

  private static ProviderEvent grant(String roleId, RoleContainerModel container) {
    RoleModel role =
        Proxies.of(
            RoleModel.class,
            Map.of("getId", arguments -> roleId, "getContainer", arguments -> container));
    // Without a realm: a directory is read in a session that is in none.
    return Proxies.of(
        RoleModel.RoleGrantedEvent.class,
        Map.of(
            "getRole", arguments -> role,
            "getUser", arguments -> USER,
            "getKeycloakSession", arguments -> SESSION));
  }

  private static Optional<ModelChange> seen(Change change) {
    return Optional.of(new ModelChange(SESSION, "r", change));
  }

  @Test
  void kindThatCannotBeReadTakesNoOtherAlong() {
    EventReader some =
        new EventReader(
            List.of(
                event -> {
                  throw new NoClassDefFoundError("of a newer Keycloak");
                },
                event -> {
                  throw new IllegalStateException("broken");
                },
                event -> seen(Change.user("u", "READ"))));
    assertEquals(seen(Change.user("u", "READ")), some.read(removal()));
  }

  @Test
  void groupWhoseEventLacksAMethodIsNoReasonToMissWhatFollows() {
    GroupModel older =
        Proxies.answering(
            GroupModel.class,
            (proxy, method, arguments) -> {
              throw new NoSuchMethodError(method.getName());
            });
    ProviderEvent unreadable =
        Proxies.of(
            GroupModel.GroupCreatedEvent.class,
            Map.of(
                "getGroup", arguments -> older,
                "getRealm", arguments -> REALM,
                "getKeycloakSession", arguments -> SESSION));
    assertEquals(Optional.empty(), reader.read(unreadable));
    assertEquals(seen(Change.user("u", "DROPPED")), reader.read(removal()));
  }

  @Test
  void whoIsDeletedIsToldFromWhoIsDroppedUnasked() {
    ProviderEvent announced = removal(UserModel.UserPreRemovedEvent.class);
    assertEquals(seen(Change.user("u", "USER_REMOVED")), reader.read(announced));
    assertEquals(seen(Change.user("u", LossCause.DROPPED.name())), reader.read(removal()));
  }

  @Test
  void whoGetsTheDefaultRoleIsNew() {
    assertEquals(seen(Change.user("u", "DEFAULT_ROLE")), reader.read(grant("default", REALM)));
    assertEquals(Optional.empty(), reader.read(grant("other", REALM)));
    ClientModel client = Proxies.of(ClientModel.class, Map.of());
    assertEquals(Optional.empty(), reader.read(grant("default", client)));
  }

  @Test
  void stepOfAWorkflowConcernsItsUser() {
    assertEquals(seen(Change.user("u", "WORKFLOW")), reader.read(step(ResourceType.USERS)));
    assertEquals(Optional.empty(), reader.read(step(ResourceType.CLIENTS)));
  }

  private static ProviderEvent step(ResourceType type) {
    return Proxies.of(
        WorkflowStepExecutedEvent.class,
        Map.of(
            "getResourceType", arguments -> type,
            "getResourceId", arguments -> "u",
            "getRealm", arguments -> REALM,
            "getKeycloakSession", arguments -> SESSION));
  }

  @Test
  void classesThatAnOlderKeycloakLacksKeepNothingElseFromBeingRead() throws Exception {
    Set<String> missing =
        Set.of(
            "org.keycloak.models.RoleModel$RoleGrantedEvent",
            "org.keycloak.models.RoleModel$RoleRevokedEvent",
            "org.keycloak.models.RoleModel$RoleEvent",
            "org.keycloak.models.ClientModel$ClientIdChangeEvent",
            "org.keycloak.models.RoleModel$RoleNameChangeEvent",
            "org.keycloak.models.workflow.WorkflowProviderEvent",
            "org.keycloak.models.workflow.WorkflowProviderEvent$WorkflowStepExecutedEvent",
            "org.keycloak.models.workflow.ResourceType");
    ClassLoader older = new OlderKeycloak(missing);
    assertThrows(ClassNotFoundException.class, () -> older.loadClass(missing.iterator().next()));
    Class<?> type = older.loadClass(EventReader.class.getName());
    Constructor<?> constructor = type.getDeclaredConstructor();
    constructor.setAccessible(true);
    assertEquals(
        Change.user("u", "DROPPED").toString(), read(constructor.newInstance(), removal()));
    Method ofRoles = type.getDeclaredMethod("ofRoles");
    ofRoles.setAccessible(true);
    assertEquals(Change.roles("GROUP").toString(), read(ofRoles.invoke(null), changedGroup()));
  }

  private static ProviderEvent changedGroup() {
    GroupModel group =
        Proxies.of(GroupModel.class, Map.of("getType", arguments -> GroupModel.Type.REALM));
    return Proxies.of(
        GroupModel.GroupUpdatedEvent.class,
        Map.of(
            "getGroup", arguments -> group,
            "getRealm", arguments -> REALM,
            "getKeycloakSession", arguments -> SESSION));
  }

  /** The change that a reader of other classes makes of the event, as text. */
  private static String read(Object reader, ProviderEvent event) throws Exception {
    Method read = reader.getClass().getDeclaredMethod("read", ProviderEvent.class);
    read.setAccessible(true);
    Object seen = ((Optional<?>) read.invoke(reader, event)).orElseThrow();
    Method change = seen.getClass().getDeclaredMethod("change");
    change.setAccessible(true);
    return change.invoke(seen).toString();
  }

  /** Has the connector's classes anew, over a Keycloak without some of its own. */
  private static final class OlderKeycloak extends ClassLoader {

    private final Set<String> missing;

    OlderKeycloak(Set<String> missing) {
      super(EventReaderTest.class.getClassLoader());
      this.missing = missing;
    }

    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
      synchronized (getClassLoadingLock(name)) {
        if (missing.contains(name)) {
          throw new ClassNotFoundException(name);
        }
        if (!name.startsWith("com.abilian.sbe.scim.")) {
          return super.loadClass(name, resolve);
        }
        Class<?> known = findLoadedClass(name);
        return known == null ? define(name) : known;
      }
    }

    private Class<?> define(String name) throws ClassNotFoundException {
      try (InputStream file = getResourceAsStream(name.replace('.', '/') + ".class")) {
        byte[] code = file.readAllBytes();
        return defineClass(name, code, 0, code.length);
      } catch (IOException failure) {
        throw new ClassNotFoundException(name, failure);
      }
    }
  }
}
