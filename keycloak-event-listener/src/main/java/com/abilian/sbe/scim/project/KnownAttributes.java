package com.abilian.sbe.scim.project;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The attributes of users that a client may write, of the schemas that are known here: RFC 7643
 * §4.1, its extension for enterprises (§4.3), and the one for French administrations. A path into
 * one of these is checked when it is configured: a receiver would drop or refuse what it does not
 * have. Other schemas are taken as they are.
 */
final class KnownAttributes {

  static final String ENTERPRISE = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";
  static final String FR_ADMINISTRATION =
      "urn:ietf:params:scim:schemas:extension:fr-administration:2.0:User";

  private static final String VALUE = "value";

  /** What an attribute is, and its sub-attributes that hold texts. */
  private record Known(ScimPath.Shape shape, List<String> subs) {

    static final Known PLAIN = new Known(ScimPath.Shape.PLAIN, List.of());

    static Known complex(String... subs) {
      return new Known(ScimPath.Shape.COMPLEX, List.of(subs));
    }

    static Known list(String... subs) {
      return new Known(ScimPath.Shape.MULTI_VALUED, List.of(subs));
    }

    boolean has(String sub) {
      return subs.stream().anyMatch(sub::equalsIgnoreCase);
    }
  }

  private static final Known VALUES = Known.list(VALUE, "display", "type");

  /** By schema, null for the core schema's, and by name; both in any case (RFC 7643 §2.1). */
  private static final Map<String, Map<String, Known>> SCHEMAS = new TreeMap<>();

  static {
    Map<String, Known> core =
        plain(
            "displayName",
            "nickName",
            "profileUrl",
            "title",
            "userType",
            "preferredLanguage",
            "locale",
            "timezone");
    core.put(
        "name",
        Known.complex(
            "formatted",
            "familyName",
            "givenName",
            "middleName",
            "honorificPrefix",
            "honorificSuffix"));
    for (String list :
        List.of("phoneNumbers", "ims", "photos", "entitlements", "roles", "x509Certificates")) {
      core.put(list, VALUES);
    }
    core.put(
        "addresses",
        Known.list(
            "formatted", "streetAddress", "locality", "region", "postalCode", "country", "type"));
    Map<String, Known> enterprise =
        plain("employeeNumber", "costCenter", "organization", "division", "department");
    enterprise.put("manager", Known.complex(VALUE));
    SCHEMAS.put(folded(ScimPath.CORE_USER), core);
    SCHEMAS.put(folded(ENTERPRISE), enterprise);
    SCHEMAS.put(
        folded(FR_ADMINISTRATION),
        plain(
            "siret",
            "organizationalUnit",
            "organizationalUnitCode",
            "belongingPopulation",
            "usualName",
            "proconnectUid",
            "proconnectIdpId",
            "contractEndDate"));
  }

  private KnownAttributes() {}

  private static Map<String, Known> plain(String... names) {
    Map<String, Known> found = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    for (String name : names) {
      found.put(name, Known.PLAIN);
    }
    return found;
  }

  private static String folded(String schema) {
    return ScimPath.folded(schema == null ? ScimPath.CORE_USER : schema);
  }

  /** Whether each value is an element of its own: a list is written without a filter. */
  static boolean isListOfValues(ScimPath path) {
    Known known = SCHEMAS.getOrDefault(folded(path.schema()), Map.of()).get(path.attribute());
    return known != null
        && known.shape() == ScimPath.Shape.MULTI_VALUED
        && path.filterName() == null;
  }

  /**
   * @throws IllegalArgumentException with a message that says what the schema has instead
   */
  static void verify(ScimPath path) {
    Map<String, Known> schema = SCHEMAS.get(folded(path.schema()));
    if (schema == null) {
      return;
    }
    Known known = schema.get(path.attribute());
    if (known == null) {
      throw refused(
          path, "there is no such attribute; there are " + String.join(", ", schema.keySet()));
    }
    switch (known.shape()) {
      case PLAIN -> {
        if (path.sub() != null || path.filterName() != null) {
          throw refused(path, "'" + path.attribute() + "' is a single value, without parts");
        }
      }
      case COMPLEX -> {
        if (path.filterName() != null || path.sub() == null || !known.has(path.sub())) {
          throw refused(path, "name one of its parts: " + parts(path, known));
        }
      }
      case MULTI_VALUED -> verifyList(path, known);
      default -> throw new IllegalStateException(known.shape().name());
    }
  }

  private static void verifyList(ScimPath path, Known known) {
    if (path.sub() == null || !known.has(path.sub())) {
      throw refused(path, "it is a list; name one of the parts of its elements: " + known.subs());
    }
    if (path.filterName() == null && !VALUE.equalsIgnoreCase(path.sub())) {
      throw refused(path, "say which element, such as " + path.attribute() + "[type eq \"work\"]");
    }
    if (path.filterName() != null && !known.has(path.filterName())) {
      throw refused(path, "its elements are told apart by " + known.subs());
    }
  }

  private static String parts(ScimPath path, Known known) {
    return String.join(
        ", ", known.subs().stream().map(sub -> path.attribute() + "." + sub).toList());
  }

  private static IllegalArgumentException refused(ScimPath path, String why) {
    return new IllegalArgumentException("'" + path + "' cannot be mapped: " + why);
  }
}
