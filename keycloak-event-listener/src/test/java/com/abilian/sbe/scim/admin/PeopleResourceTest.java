package com.abilian.sbe.scim.admin;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.abilian.sbe.scim.directory.Presence;
import com.abilian.sbe.scim.project.Link;
import com.abilian.sbe.scim.project.Loss;
import com.abilian.sbe.scim.project.LossCause;
import com.abilian.sbe.scim.project.ResourceType;
import com.abilian.sbe.scim.store.DirectoryPeople.Origin;
import com.abilian.sbe.scim.store.LossStore;
import com.abilian.sbe.scim.store.Stores;
import com.abilian.sbe.scim.store.Tables;
import jakarta.ws.rs.ForbiddenException;
import jakarta.ws.rs.WebApplicationException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.keycloak.component.ComponentModel;

class PeopleResourceTest extends AdminFixture {

  private final Stores stores = Stores.of(database, new Tables(""));
  private final ComponentModel component = new ComponentModel();

  @BeforeEach
  void zoeIsThere() {
    component.setId("e");
    component.setName("sbe-scim");
    component.put("url", "https://sbe.example.org/scim/v2");
    component.put("issuer", "https://sso.example.org/realms/r");
    components.add(component);
    database.sql(
        "INSERT INTO USER_ENTITY (ID, REALM_ID, USERNAME, EMAIL, ENABLED)"
            + " VALUES ('u', 'r', 'zoe', 'zoe@example.org', TRUE)");
    Link link =
        Link.creating(ResourceType.USER, "u")
            .pushed(new Link.Remote("r-1", null), new Link.Pushed("old"), 5)
            .failed(true, 9L, 7, false, 409, "409 uniqueness");
    database.run(c -> stores.links().save(c, "e", List.of(link)));
  }

  private PeopleResource.Explained explain(String user) {
    return resource().people().explain("sbe-scim", user);
  }

  private int refused(Executable asked) {
    return assertThrows(WebApplicationException.class, asked).getResponse().getStatus();
  }

  @Test
  void needsTheRoleManageRealm() {
    roles.add("view-realm");
    assertThrows(ForbiddenException.class, () -> explain("zoe"));
    assertThrows(ForbiddenException.class, () -> resource().people().preview("sbe-scim", "zoe"));
    assertThrows(ForbiddenException.class, () -> resource().refused().read("sbe-scim"));
    assertThrows(ForbiddenException.class, () -> retry(null));
    assertEquals(List.of(), events);
  }

  @Test
  void explainsAPersonFoundByIdByNameOrByMail() {
    roles.add("manage-realm");
    for (String user : List.of("u", "Zoe", "ZOE@example.org")) {
      PeopleResource.Explained told = explain(user);
      assertEquals("u", told.id());
      assertEquals("zoe", told.name());
      assertEquals("zoe@example.org", told.mail());
      assertEquals("IN", told.scope());
      assertEquals("r-1", told.remoteId());
      assertEquals("409 uniqueness", told.reason());
      assertEquals(9, told.retryAt());
      assertFalse(told.inLine());
      assertFalse(told.waiting());
    }
  }

  @Test
  void asksTheDirectoryThatSomebodyCameFrom() {
    roles.add("manage-realm");
    assertNull(explain("zoe").directory());
    database.sql("UPDATE USER_ENTITY SET FEDERATION_LINK = 'p' WHERE ID = 'u'");
    database.sql(
        "INSERT INTO USER_ATTRIBUTE (USER_ID, NAME, VALUE) VALUES ('u', 'LDAP_ID', 'entry')");
    directories.has("entry", Presence.OUT_OF_REACH);
    assertEquals("OUT_OF_REACH", explain("zoe").directory());
    Origin before = new Origin("gone", "p", "other");
    database.run(c -> stores.directoryPeople().remember(c, List.of(before)));
    Link link = Link.creating(ResourceType.USER, "gone");
    database.run(c -> stores.links().save(c, "e", List.of(link)));
    assertEquals("ABSENT", explain("gone").directory());
    directories.answers(false);
    assertEquals("UNKNOWN", explain("zoe").directory());
  }

  @Test
  void judgesTheScopeByAttributesThatAreNotMapped() {
    roles.add("manage-realm");
    component.put("scopeAttributes", "service=paie");
    assertEquals("OUT", explain("zoe").scope());
    database.sql(
        "INSERT INTO USER_ATTRIBUTE (USER_ID, NAME, VALUE) VALUES ('u', 'service', 'paie')");
    assertEquals("IN", explain("zoe").scope());
    assertEquals("IN", resource().people().preview("sbe-scim", "zoe").get("scope"));
  }

  @Test
  void whatTellsOfPeopleLeavesAnAdminEvent() {
    roles.add("manage-realm");
    explain("zoe");
    resource().people().preview("sbe-scim", "zoe");
    resource().refused().read("sbe-scim");
    assertEquals(
        List.of("sbe-scim/people/explain e", "sbe-scim/people/preview e", "sbe-scim/refused e"),
        events);
  }

  @Test
  void explainsWhoIsGoneAndHeld() {
    roles.add("manage-realm");
    database.sql("DELETE FROM USER_ENTITY");
    Loss loss = new Loss(Loss.Key.of(ResourceType.USER, "u"), LossCause.DROPPED, 3);
    database.run(c -> stores.losses().insert(c, "e", LossStore.State.HELD, List.of(loss)));
    PeopleResource.Explained told = explain("u");
    assertFalse(told.inKeycloak());
    assertNull(told.name());
    assertEquals(List.of("DROPPED"), told.held());
  }

  @Test
  void whoIsUnknownIsNotFound() {
    roles.add("manage-realm");
    assertEquals(404, refused(() -> explain("nobody")));
    assertEquals(404, refused(() -> resource().people().preview("sbe-scim", "nobody")));
    assertEquals(400, refused(() -> explain(" ")));
    assertEquals(404, refused(() -> resource().people().explain("other", "zoe")));
    component.getConfig().remove("issuer");
    assertEquals(409, refused(() -> explain("zoe")));
  }

  @Test
  @SuppressWarnings("unchecked")
  void showsWhatWouldBeSent() {
    roles.add("manage-realm");
    Map<String, Object> shown = resource().people().preview("sbe-scim", "zoe");
    assertEquals("IN", shown.get("scope"));
    Map<String, Object> sent = (Map<String, Object>) shown.get("resource");
    assertEquals("zoe", sent.get("userName"));
    assertEquals("u", sent.get("externalId"));
  }

  @Test
  void tellsWhoWasRefusedByName() {
    roles.add("manage-realm");
    assertEquals(
        Map.of(
            "refused",
            List.of(
                new RefusalsResource.Refused(
                    "USER", "u", "zoe", "zoe@example.org", "409 uniqueness", 7L, null))),
        resource().refused().read("sbe-scim"));
  }

  private Map<String, Integer> retry(String user) {
    return resource().refused().retry(new RefusalsResource.Wanted("sbe-scim", user));
  }

  @Test
  void oneOrAllAreTriedAgainAndLeaveAnAdminEvent() {
    roles.add("manage-realm");
    assertEquals(Map.of("count", 1), retry(null));
    assertEquals(Map.of("count", 1), retry("zoe@example.org"));
    assertEquals(2, database.call(c -> stores.marks().first(c, "e", 10)).size());
    assertEquals(List.of("sbe-scim/refused/retry e", "sbe-scim/refused/retry e"), events);
    assertTrue(explain("zoe").waiting());
    assertEquals(404, refused(() -> retry("nobody")));
  }
}
