package com.abilian.sbe.scim.admin;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.abilian.sbe.scim.project.Loss;
import com.abilian.sbe.scim.project.LossCause;
import com.abilian.sbe.scim.project.ResourceType;
import com.abilian.sbe.scim.store.LossStore;
import com.abilian.sbe.scim.store.MarkStore;
import com.abilian.sbe.scim.store.Tables;
import jakarta.ws.rs.ForbiddenException;
import jakarta.ws.rs.WebApplicationException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.keycloak.component.ComponentModel;

class HeldResourceTest extends AdminFixture {

  private static final HeldResource.Wanted ENDPOINT = new HeldResource.Wanted("sbe-scim");

  private final LossStore losses = new LossStore(new Tables(""));
  private final MarkStore marks = new MarkStore(new Tables(""));
  private final ComponentModel component = new ComponentModel();

  @BeforeEach
  void someAreHeld() {
    component.setId("e");
    component.setName("sbe-scim");
    components.add(component);
    database.user("here", "zoe");
    database.group("g", "Paie", " ");
    database.run(
        c ->
            losses.insert(
                c,
                "e",
                LossStore.State.HELD,
                List.of(
                    new Loss(Loss.Key.of(ResourceType.USER, "gone"), LossCause.DROPPED, 5),
                    new Loss(Loss.Key.of(ResourceType.USER, "here"), LossCause.COMPARED, 7),
                    new Loss(Loss.Key.member("here", "g"), LossCause.COMPARED, 8))));
  }

  private int held() {
    return database.call(c -> losses.summary(c, "e")).count();
  }

  private List<String> marked() {
    return database.call(c -> marks.first(c, "e", 10)).stream()
        .map(mark -> mark.kind() + " " + mark.resourceId() + " " + mark.cause())
        .sorted()
        .toList();
  }

  @Test
  void needsTheRoleManageRealm() {
    roles.add("view-realm");
    assertThrows(ForbiddenException.class, () -> resource().held().read("sbe-scim"));
    assertThrows(ForbiddenException.class, () -> resource().held().release(ENDPOINT));
    assertThrows(ForbiddenException.class, () -> resource().held().discard(ENDPOINT));
    assertEquals(3, held());
    assertEquals(List.of(), events);
  }

  @Test
  void tellsWhoIsHeldByName() {
    roles.add("manage-realm");
    assertEquals(
        Map.of(
            "held",
            List.of(
                new HeldResource.Held("USER", "gone", null, null, null, "DROPPED", 5),
                new HeldResource.Held("USER", "here", "zoe", null, null, "COMPARED", 7),
                new HeldResource.Held("USER", "here", "zoe", null, "Paie", "COMPARED", 8))),
        resource().held().read("sbe-scim"));
  }

  @Test
  void releaseHasThemDeliveredAndLeavesAnAdminEvent() {
    roles.add("manage-realm");
    assertEquals(Map.of("count", 3), resource().held().release(ENDPOINT));
    assertEquals(0, held());
    assertEquals(List.of("MEMBER g COMPARED", "USER gone DROPPED", "USER here COMPARED"), marked());
    assertEquals(List.of("sbe-scim/held/release e"), events);
    assertEquals(Map.of("count", 0), resource().held().release(ENDPOINT));
  }

  @Test
  void discardForgetsThemHasThemReadAgainAndLeavesAnAdminEvent() {
    roles.add("manage-realm");
    assertEquals(Map.of("count", 3), resource().held().discard(ENDPOINT));
    assertEquals(0, held());
    assertEquals(3, marked().size());
    assertEquals(
        Map.of(), database.call(c -> losses.of(c, "e", ResourceType.USER, List.of("gone"))));
    assertEquals(List.of("sbe-scim/held/discard e"), events);
  }

  @Test
  void refusesWhatIsNoEnabledEndpointOfTheRealm() {
    roles.add("manage-realm");
    component.put("enabled", false);
    assertEquals(409, refused(ENDPOINT));
    assertEquals(404, refused(new HeldResource.Wanted("other")));
    assertEquals(400, refused(null));
    assertEquals(3, held());
  }

  private int refused(HeldResource.Wanted wanted) {
    return assertThrows(WebApplicationException.class, () -> resource().held().release(wanted))
        .getResponse()
        .getStatus();
  }
}
