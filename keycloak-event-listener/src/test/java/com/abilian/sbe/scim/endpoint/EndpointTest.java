package com.abilian.sbe.scim.endpoint;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.abilian.sbe.scim.project.ProvisioningScope;
import com.abilian.sbe.scim.project.ProvisioningScope.Leaving;
import java.net.URI;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.keycloak.component.ComponentModel;

class EndpointTest {

  private static final Map<String, List<String>> MINIMAL =
      Map.of("url", List.of("https://sbe.example.org/scim/v2/"), "issuer", List.of("https://i"));

  private static Endpoint endpoint(String... overrides) throws InvalidEndpointException {
    Map<String, List<String>> config = new HashMap<>(MINIMAL);
    for (int i = 0; i < overrides.length; i += 2) {
      config.put(overrides[i], List.of(overrides[i + 1]));
    }
    return Endpoint.of("e", "r", "name", config);
  }

  private static void refuses(String key, String... overrides) {
    String message =
        assertThrows(InvalidEndpointException.class, () -> endpoint(overrides)).getMessage();
    assertTrue(message.startsWith(key + ": "), message);
  }

  @Test
  void hasDefaults() throws InvalidEndpointException {
    Endpoint endpoint = endpoint();
    assertTrue(endpoint.enabled());
    assertEquals(URI.create("https://sbe.example.org/scim/v2"), endpoint.url());
    assertEquals(
        new Credentials.Minted("https://i", "https://sbe.example.org/scim/v2"),
        endpoint.credentials());
    assertTrue(endpoint.mapping().attributes().attributes().contains("department"));
  }

  @Test
  void readsWhatIsSet() throws InvalidEndpointException {
    Endpoint endpoint =
        endpoint(
            "enabled", "false",
            "audience", "urn:a",
            "attributeMapping", "x=title");
    assertFalse(endpoint.enabled());
    assertEquals(new Credentials.Minted("https://i", "urn:a"), endpoint.credentials());
    assertEquals(1, endpoint.mapping().attributes().attributes().size());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "ftp://h/s",
        "h/scim",
        "https://",
        "https://u:p@h/s",
        "https://h/s?a=b",
        "https://h/#x",
        "https://h:65536/s",
        "https://allowed.example.org@evil.example.org/s",
        "https://evil.example.org\\@allowed.example.org/s",
        "https://0x7f.1/s",
        "https://127.1/s",
        "https://%65vil.example.org/s",
        "https://intran\u00e9t.example.org/s",
        "https://h h/"
      })
  void refusesMalformedUrls(String url) {
    refuses("url", "url", url);
  }

  @Test
  void readsWhoIsToldOfAlarms() {
    assertEquals(Optional.empty(), WebhookConfig.of(MINIMAL));
    assertEquals(Optional.empty(), WebhookConfig.of(Map.of("webhook", List.of(" "))));
    assertEquals(
        Optional.of(URI.create("https://hooks.example.org/x?key=y")),
        WebhookConfig.of(Map.of("webhook", List.of(" https://hooks.example.org/x?key=y "))));
  }

  @Test
  void refusesOtherMalformedValuesByName() {
    refuses("webhook", "webhook", "hooks.example.org");
    refuses("webhook", "webhook", "https://u:p@hooks.example.org/");
    refuses("issuer", "issuer", " ");
    refuses("enabled", "enabled", "yes");
    refuses("auth", "auth", "basic");
    refuses("attributeMapping", "attributeMapping", "department");
    refuses("roleMapping", "roleMapping", "editor");
    refuses(
        "roleMapping",
        "roleMapping",
        "editor=a",
        "attributeMapping",
        "x=roles[type eq \"a\"].value");
  }

  @Test
  void readsWhoIsInScope() throws InvalidEndpointException {
    Map<String, List<String>> config = new HashMap<>(MINIMAL);
    assertEquals(ProvisioningScope.ALL, Endpoint.of("e", "r", "name", config).scope());
    String everybody = Endpoint.of("e", "r", "name", config).projection();
    config.put("scopeGroups", List.of("/Agents/DSI", "Elus"));
    config.put("scopeRoles", List.of("app/user"));
    config.put("scopeAttributes", List.of("site=Lyon", "site=Paris"));
    config.put("groupRoots", List.of("/Agents"));
    config.put("outOfScope", List.of("delete"));
    Endpoint endpoint = Endpoint.of("e", "r", "name", config);
    assertEquals(
        new ProvisioningScope(
            Set.of("Agents/DSI", "Elus"),
            Set.of("app/user"),
            Map.of("site", Set.of("Lyon", "Paris")),
            Set.of("Agents"),
            Leaving.DELETE),
        endpoint.scope());
    assertTrue(endpoint.needs().attributes().containsAll(Set.of("site", "department")));
    assertEquals(Set.of("app/user"), endpoint.needs().roles());
    assertNotEquals(everybody, endpoint.projection(), "a full sync follows");
    ComponentModel component = new ComponentModel();
    component.put("scopeRoles", "app/user");
    assertTrue(EndpointConfig.readsRoles(component));
  }

  @Test
  void refusesAMalformedScopeByTheNameOfItsKey() {
    refuses("scopeGroups", "scopeGroups", "/");
    refuses("scopeAttributes", "scopeAttributes", "site");
    refuses("groupRoots", "groupRoots", "/");
    refuses("outOfScope", "outOfScope", "forget");
    refuses("paused", "paused", "later");
  }

  @Test
  void pausingChangesNothingOfWhatIsSent() throws InvalidEndpointException {
    assertFalse(endpoint().paused());
    assertTrue(endpoint("paused", "true").paused());
    assertEquals(endpoint().projection(), endpoint("paused", "true").projection());
  }

  @ParameterizedTest
  @CsvSource({
    ",true",
    "'',true",
    "' ',true",
    "true,true",
    "' TRUE ',true",
    "false,false",
    "' False ',false"
  })
  void whatIsMarkedIsWhatIsDelivered(String value, boolean enabled)
      throws InvalidEndpointException {
    ComponentModel component = new ComponentModel();
    MINIMAL.forEach((key, values) -> component.put(key, values.get(0)));
    if (value != null) {
      component.put("enabled", value);
    }
    assertEquals(enabled, EndpointConfig.isEnabled(component));
    assertEquals(enabled, Endpoint.of("e", "r", "name", component.getConfig()).enabled());
  }

  @Test
  void neitherMarksNorDeliversWhereItIsUnclearWhetherItIsEnabled() {
    ComponentModel component = new ComponentModel();
    component.put("enabled", "yes");
    assertFalse(EndpointConfig.isEnabled(component));
  }

  @Test
  void anotherAddressIsAnotherTargetAndAnotherMappingAnotherProjection()
      throws InvalidEndpointException {
    Endpoint moved = endpoint("url", "https://other/scim/v2");
    Endpoint remapped = endpoint("attributeMapping", "x=title");
    Endpoint withRoles = endpoint("roleMapping", "editor=writer");
    assertEquals(Set.of("editor"), withRoles.mapping().needs().roles());
    assertNotEquals(endpoint().projection(), withRoles.projection());
    Endpoint retokened = endpoint("audience", "x");
    assertNotEquals(endpoint().target(), moved.target());
    assertEquals(endpoint().projection(), moved.projection());
    assertEquals(endpoint().target(), remapped.target());
    assertNotEquals(endpoint().projection(), remapped.projection());
    assertEquals(endpoint().target(), retokened.target());
    assertEquals(endpoint().projection(), retokened.projection());
  }
}
