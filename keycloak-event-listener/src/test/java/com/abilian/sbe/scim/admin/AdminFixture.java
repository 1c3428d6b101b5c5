package com.abilian.sbe.scim.admin;

import com.abilian.sbe.scim.Proxies;
import com.abilian.sbe.scim.client.CachedToken;
import com.abilian.sbe.scim.client.EndpointFault;
import com.abilian.sbe.scim.client.ScimTransport;
import com.abilian.sbe.scim.directory.FakeDirectories;
import com.abilian.sbe.scim.directory.Guard;
import com.abilian.sbe.scim.endpoint.AllowedHosts;
import com.abilian.sbe.scim.endpoint.Endpoint;
import com.abilian.sbe.scim.endpoint.TargetRules;
import com.abilian.sbe.scim.keycloak.AdminPermissions;
import com.abilian.sbe.scim.store.TestDatabase;
import jakarta.ws.rs.ForbiddenException;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.keycloak.component.ComponentModel;
import org.keycloak.models.KeycloakSession;
import org.keycloak.models.RealmModel;

/** A realm, its tables, and an administrator with some roles. */
abstract class AdminFixture {

  final TestDatabase database = new TestDatabase();
  final List<ComponentModel> components = new ArrayList<>();
  final List<String> roles = new ArrayList<>();

  /** Admin events: paths and endpoints. */
  final List<String> events = new ArrayList<>();

  final FakeDirectories directories = new FakeDirectories();
  boolean serverAdministrator;
  EndpointFault noToken;
  TargetRules targets = new TargetRules(AllowedHosts.parse("127.0.0.1"), (endpoint, url) -> false);

  private final KeycloakSession session = Proxies.of(KeycloakSession.class, Map.of());

  private final RealmModel realm =
      Proxies.of(
          RealmModel.class,
          Map.of(
              "getId", arguments -> "r",
              "getComponentsStream", arguments -> components.stream()));

  private final AdminPermissions permissions =
      new AdminPermissions() {
        @Override
        public void requireViewRealm() {
          require("view-realm");
        }

        @Override
        public void requireManageRealm() {
          require("manage-realm");
        }

        @Override
        public boolean isServerAdministrator() {
          return serverAdministrator;
        }

        private void require(String role) {
          if (!roles.contains(role)) {
            throw new ForbiddenException(role);
          }
        }
      };

  final AdminResource resource() {
    Parts parts =
        new Parts(
            "0.1.0",
            database,
            new ScimTransport(Clock.systemUTC()),
            this::issue,
            given -> targets,
            new Guard(directories, Clock.systemUTC()));
    return new AdminResource(
        session, realm, permissions, (path, endpoint) -> events.add(path + " " + endpoint), parts);
  }

  private CachedToken.Issued issue(
      KeycloakSession given, Endpoint endpoint, ScimTransport transport) throws EndpointFault {
    if (noToken != null) {
      throw noToken;
    }
    return new CachedToken.Issued("minted", Instant.MAX);
  }

  @AfterEach
  void closeDatabase() throws SQLException {
    database.close();
  }
}
