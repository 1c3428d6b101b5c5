package com.abilian.sbe.scim.project;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** From what Keycloak holds to what the receiver should hold (RFC 7643 §4). */
public final class Projection {

  /**
   * Raise it when a user or group that has not changed would be sent differently: because of a
   * change to this class, {@link AttributeMapping}, {@link RoleMap}, {@link ScimPath} or {@link
   * GroupTree#path}, or to how {@link ScimResource} computes hashes. Each endpoint then gets one
   * full sync. It is not the release: most releases send the same. Nodes with a lower revision
   * deliver nothing while one with a higher revision runs, so never lower it.
   */
  public static final int REVISION = 3;

  /**
   * Of a user who was in scope and no longer is. It is never sent as a whole: nothing but {@code
   * active} of such a person is the receiver's business.
   */
  public static final ScimResource LEFT =
      new ScimResource(ResourceType.USER, Map.of("active", false), List.of());

  private static final String CORE_GROUP = "urn:ietf:params:scim:schemas:core:2.0:Group";

  private Projection() {}

  /** {@code externalId} is the Keycloak id, which is also the {@code sub} of an OpenID login. */
  public static ScimResource user(UserState user, UserMapping mapping) {
    Map<String, Object> document = document(ScimPath.CORE_USER, user.id());
    document.put("userName", user.username());
    Map<String, Object> name = new LinkedHashMap<>();
    putUnlessBlank(name, "givenName", user.firstName());
    putUnlessBlank(name, "familyName", user.lastName());
    if (!name.isEmpty()) {
      document.put("name", name);
      document.put(
          "displayName",
          Stream.of("givenName", "familyName")
              .filter(name::containsKey)
              .map(part -> (String) name.get(part))
              .collect(Collectors.joining(" ")));
    }
    if (!isBlank(user.email())) {
      Map<String, Object> email = new LinkedHashMap<>();
      email.put("value", user.email().trim());
      email.put("type", "work");
      email.put("primary", true);
      document.put("emails", List.of(email));
    }
    document.put("active", user.enabled());
    mapping.write(user, document);
    return new ScimResource(ResourceType.USER, document, List.of());
  }

  /**
   * @param path names from the top to the group, joined by slashes, none in front
   * @param members remote ids
   */
  public static ScimResource group(String id, String path, List<String> members) {
    Map<String, Object> document = document(CORE_GROUP, id);
    document.put("displayName", path);
    return new ScimResource(ResourceType.GROUP, document, members);
  }

  private static Map<String, Object> document(String schema, String externalId) {
    Map<String, Object> document = new LinkedHashMap<>();
    document.put("schemas", new ArrayList<Object>(List.of(schema)));
    document.put("externalId", externalId);
    return document;
  }

  private static void putUnlessBlank(Map<String, Object> target, String name, String value) {
    if (!isBlank(value)) {
      target.put(name, value.trim());
    }
  }

  private static boolean isBlank(String value) {
    return value == null || value.isBlank();
  }
}
