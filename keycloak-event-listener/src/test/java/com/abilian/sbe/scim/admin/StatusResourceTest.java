package com.abilian.sbe.scim.admin;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.abilian.sbe.scim.store.EndpointStore;
import com.abilian.sbe.scim.store.Tables;
import jakarta.ws.rs.ForbiddenException;
import jakarta.ws.rs.WebApplicationException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.keycloak.component.ComponentModel;
import org.keycloak.representations.idm.ErrorRepresentation;

class StatusResourceTest extends AdminFixture {

  private final EndpointStore endpoints = new EndpointStore(new Tables(""));

  private void component(String id, String url, boolean enabled) {
    ComponentModel component = new ComponentModel();
    component.setId(id);
    component.setName("name of " + id);
    component.put("url", url);
    component.put("enabled", enabled);
    components.add(component);
  }

  @SuppressWarnings("unchecked")
  private List<EndpointStatus> read() {
    return (List<EndpointStatus>) resource().status().read().get("endpoints");
  }

  @Test
  void needsTheRoleViewRealm() {
    roles.add("manage-users");
    assertEquals(
        "view-realm",
        assertThrows(ForbiddenException.class, () -> resource().status().read()).getMessage());
  }

  @Test
  void tellsTheVersionAndEachEndpoint() {
    roles.add("view-realm");
    component("e", "https://one/scim/v2", true);
    component("f", "https://two/scim/v2", false);
    database.run(
        c -> {
          endpoints.insert(c, "e", "r");
          endpoints.saveState(c, "e", EndpointStore.State.PAUSED, "check url", 3, 9L);
        });
    assertEquals("0.1.0", resource().status().read().get("version"));
    List<EndpointStatus> told = read();
    assertEquals(List.of("e", "f"), told.stream().map(EndpointStatus::id).toList());
    assertEquals("name of e", told.get(0).name());
    assertEquals("https://one/scim/v2", told.get(0).url());
    assertTrue(told.get(0).enabled());
    assertEquals("paused", told.get(0).state());
    assertEquals("check url", told.get(0).reason());
    assertEquals("idle", told.get(1).state(), "nothing is known of it yet");
    assertEquals(false, told.get(1).enabled());
  }

  @Test
  void realmWithoutEndpointsHasAnEmptyList() {
    roles.add("view-realm");
    assertEquals(List.of(), read());
  }

  @Test
  void tablesThatWereLostAreNamed() {
    roles.add("view-realm");
    component("e", "https://one/scim/v2", true);
    database.sql("DROP TABLE SBE_SCIM_LINK");
    database.sql("DROP TABLE SBE_SCIM_NODE");
    WebApplicationException failure =
        assertThrows(WebApplicationException.class, () -> resource().status().read());
    assertEquals(500, failure.getResponse().getStatus());
    String told = ((ErrorRepresentation) failure.getResponse().getEntity()).getErrorMessage();
    assertEquals(
        "Tables of the connector cannot be read: SBE_SCIM_LINK, SBE_SCIM_NODE."
            + " Restore them from a backup of the server's database",
        told);
  }
}
