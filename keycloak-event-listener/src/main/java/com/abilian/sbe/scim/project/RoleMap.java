package com.abilian.sbe.scim.project;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Which effective roles are sent, and as which values of {@code roles} (RFC 7643 §4.1.2): lines of
 * {@code role=value}. A role of the realm is called by its name, one of a client by {@code
 * clientId/role}. Several roles may have one value, and a role several.
 *
 * @param values what each role is sent as
 */
public record RoleMap(Map<String, Set<String>> values) {

  /** Sends no roles, and says nothing of them. */
  public static final RoleMap NONE = new RoleMap(Map.of());

  /** Where they are in a user. */
  public static final String ATTRIBUTE = "roles";

  /**
   * @throws IllegalArgumentException with a message that quotes the line and says what is wrong
   */
  public static RoleMap parse(List<String> lines) {
    Map<String, Set<String>> values = new TreeMap<>();
    for (String line : lines) {
      if (line == null || line.isBlank()) {
        continue;
      }
      // The last one: a role may be called by a name of LDAP, such as cn=readers.
      int equals = line.lastIndexOf('=');
      String role = equals < 0 ? "" : line.substring(0, equals).trim();
      String value = line.substring(equals + 1).trim();
      if (role.isEmpty() || value.isEmpty()) {
        throw new IllegalArgumentException(
            "'" + line + "' is not of the form role=value or clientId/role=value");
      }
      values.computeIfAbsent(role, absent -> new TreeSet<>()).add(value);
    }
    return new RoleMap(values);
  }

  public boolean isEmpty() {
    return values.isEmpty();
  }

  /** The roles that have to be known of a user. */
  public Set<String> roles() {
    return values.keySet();
  }

  /** SHA-256, hex: the same for the same map, in whatever order its lines stand. */
  String hash() {
    return Fingerprint.of(new TreeMap<>(values));
  }

  /**
   * Writes what a user with these roles has, in one order. Somebody who has none is said to have
   * none: what a PUT leaves out a receiver may keep (RFC 7644 §3.5.1).
   */
  void write(Set<String> roles, Map<String, Object> document) {
    if (isEmpty()) {
      return;
    }
    List<Object> elements =
        roles.stream()
            .flatMap(role -> values.getOrDefault(role, Set.of()).stream())
            .distinct()
            .sorted()
            .map(RoleMap::element)
            .collect(Collectors.toCollection(ArrayList::new));
    document.put(ATTRIBUTE, elements);
  }

  private static Map<String, Object> element(String value) {
    Map<String, Object> element = new LinkedHashMap<>();
    element.put("value", value);
    return element;
  }
}
