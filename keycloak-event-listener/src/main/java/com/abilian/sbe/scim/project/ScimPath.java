package com.abilian.sbe.scim.project;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where a Keycloak attribute goes in a SCIM user: {@code title}, {@code name.middleName}, {@code
 * urn:…:User:department}, {@code entitlements.value} or {@code phoneNumbers[type eq "work"].value}
 * (RFC 7644 §3.10 and figure 7, the part of it that can be written to).
 */
record ScimPath(
    String schema, String attribute, String filterName, String filterValue, String sub) {

  static final String CORE_USER = "urn:ietf:params:scim:schemas:core:2.0:User";

  private static final String NAME = "[A-Za-z$][A-Za-z0-9_$-]*";
  private static final Pattern SYNTAX =
      Pattern.compile(
          "(?:(?<schema>urn:[^\\s\\[\\]\"]+):)?(?<attribute>%1$s)"
              .concat("(?:\\[\\s*(?<name>%1$s)\\s+eq\\s+\"(?<value>[^\"\\\\]+)\"\\s*\\])?")
              .concat("(?:\\.(?<sub>%1$s))?")
              .formatted(NAME),
          Pattern.CASE_INSENSITIVE);

  /** What the projection itself decides, or what no provisioning client may write. */
  private static final Set<String> RESERVED =
      Set.of(
          "id",
          "externalid",
          "username",
          "active",
          "emails",
          "groups",
          "password",
          "meta",
          "schemas",
          "members");

  /** What an attribute is; it can be only one of them. */
  enum Shape {
    PLAIN("a single value"),
    COMPLEX("made of sub-attributes"),
    MULTI_VALUED("a list of elements");

    private final String meaning;

    Shape(String meaning) {
      this.meaning = meaning;
    }

    String meaning() {
      return meaning;
    }
  }

  /** Attributes that the projection writes and a mapping may add to, or set otherwise. */
  static final Map<String, Shape> SHAPES_OF_PROJECTION =
      Map.of("name", Shape.COMPLEX, "displayname", Shape.PLAIN);

  static ScimPath parse(String text) {
    Matcher matcher = SYNTAX.matcher(text);
    if (!matcher.matches()) {
      throw new IllegalArgumentException("'" + text + "' is not a SCIM attribute path");
    }
    String schema = matcher.group("schema");
    ScimPath path =
        new ScimPath(
            CORE_USER.equalsIgnoreCase(schema) ? null : schema,
            matcher.group("attribute"),
            matcher.group("name"),
            matcher.group("value"),
            matcher.group("sub"));
    if (path.schema == null && RESERVED.contains(folded(path.attribute))) {
      throw new IllegalArgumentException(
          "'"
              + path.attribute
              + "' cannot be mapped: the connector sets it, or it is not writable");
    }
    if (path.filterName != null && path.sub == null) {
      throw new IllegalArgumentException(
          "'" + text + "' needs a sub-attribute after the filter, such as .value");
    }
    return path;
  }

  /** As it is written in a mapping. */
  @Override
  public String toString() {
    return (schema == null ? "" : schema + ":")
        + attribute
        + (filterName == null ? "" : "[" + filterName + " eq \"" + filterValue + "\"]")
        + (sub == null ? "" : "." + sub);
  }

  Shape shape() {
    if (filterName != null || KnownAttributes.isListOfValues(this)) {
      return Shape.MULTI_VALUED;
    }
    return sub == null ? Shape.PLAIN : Shape.COMPLEX;
  }

  /** Where the attribute stands, the same for every spelling of it (RFC 7643 §2.1). */
  String place() {
    return folded(schema == null ? attribute : schema + ":" + attribute);
  }

  /** The same for every spelling of this path. */
  ScimPath folded() {
    return new ScimPath(
        folded(schema), folded(attribute), folded(filterName), filterValue, folded(sub));
  }

  static String folded(String name) {
    return name == null ? null : name.toLowerCase(Locale.ROOT);
  }

  /**
   * Writes {@code values} (not empty) into {@code document}; a single-valued place takes the first.
   */
  void write(Map<String, Object> document, List<String> values) {
    Map<String, Object> target = document;
    if (schema != null) {
      String spelt = spelling(document, schema);
      target = child(document, spelt);
      List<Object> schemas = list(document, "schemas");
      if (!schemas.contains(spelt)) {
        schemas.add(spelt);
      }
    }
    String name = spelling(target, attribute);
    if (filterName != null) {
      List<Object> elements = list(target, name);
      for (String value : values) {
        element(elements, value);
      }
    } else if (KnownAttributes.isListOfValues(this)) {
      List<Object> elements = list(target, name);
      for (String value : values) {
        elements.add(new LinkedHashMap<>(Map.of(sub, value)));
      }
    } else if (sub != null) {
      Map<String, Object> parent = child(target, name);
      parent.put(spelling(parent, sub), values.get(0));
    } else {
      target.put(name, values.get(0));
    }
  }

  /** Names are case-insensitive: the one that is there already, if any. */
  private static String spelling(Map<String, Object> parent, String name) {
    return parent.keySet().stream().filter(name::equalsIgnoreCase).findFirst().orElse(name);
  }

  /** Two mappings with the same filter describe one element, as long as its place is still free. */
  private void element(List<Object> elements, String value) {
    for (Object candidate : elements) {
      Map<String, Object> element = cast(candidate);
      if (filterValue.equals(element.get(filterName)) && !element.containsKey(sub)) {
        element.put(sub, value);
        return;
      }
    }
    Map<String, Object> element = new LinkedHashMap<>();
    element.put(sub, value);
    element.put(filterName, filterValue);
    elements.add(element);
  }

  private static Map<String, Object> child(Map<String, Object> parent, String name) {
    return cast(parent.computeIfAbsent(name, key -> new LinkedHashMap<String, Object>()));
  }

  @SuppressWarnings("unchecked")
  private static List<Object> list(Map<String, Object> parent, String name) {
    return (List<Object>) parent.computeIfAbsent(name, key -> new ArrayList<>());
  }

  @SuppressWarnings("unchecked")
  private static Map<String, Object> cast(Object value) {
    return (Map<String, Object>) value;
  }
}
