package com.abilian.sbe.scim.project;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Which Keycloak user attributes are sent, and where: lines of {@code attribute=scimPath}. */
public record AttributeMapping(List<Entry> entries) {

  private static final String ENTERPRISE = KnownAttributes.ENTERPRISE + ":";

  public static final List<String> DEFAULT =
      List.of(
          "department=" + ENTERPRISE + "department",
          "employeeNumber=" + ENTERPRISE + "employeeNumber",
          "organization=" + ENTERPRISE + "organization",
          "costCenter=" + ENTERPRISE + "costCenter",
          "division=" + ENTERPRISE + "division",
          "title=title",
          "phoneNumber=phoneNumbers[type eq \"work\"].value",
          "locale=locale");

  record Entry(String attribute, ScimPath path) {

    @Override
    public String toString() {
      return attribute + "=" + path;
    }
  }

  /**
   * @throws IllegalArgumentException with a message that quotes the line and says what is wrong
   */
  public static AttributeMapping parse(List<String> lines) {
    List<Entry> entries = new ArrayList<>();
    Set<ScimPath> taken = new HashSet<>();
    Map<String, ScimPath.Shape> shapes = new HashMap<>(ScimPath.SHAPES_OF_PROJECTION);
    for (String line : lines) {
      if (line == null || line.isBlank()) {
        continue;
      }
      int equals = line.indexOf('=');
      if (equals < 1 || line.substring(0, equals).isBlank()) {
        throw new IllegalArgumentException(
            "'" + line + "' is not of the form keycloakAttribute=scimPath");
      }
      ScimPath path = ScimPath.parse(line.substring(equals + 1).trim());
      KnownAttributes.verify(path);
      if (!taken.add(path.folded())) {
        throw new IllegalArgumentException("'" + line + "' maps a second attribute to that path");
      }
      ScimPath.Shape shape = shapes.putIfAbsent(path.place(), path.shape());
      if (shape != null && shape != path.shape()) {
        throw new IllegalArgumentException(
            "'" + line + "' does not fit '" + path.attribute() + "', which is " + shape.meaning());
      }
      entries.add(new Entry(line.substring(0, equals).trim(), path));
    }
    // Keycloak keeps no order of the lines: sorted, the same mapping makes the same text.
    entries.sort(Comparator.comparing(Entry::toString));
    return new AttributeMapping(List.copyOf(entries));
  }

  /** SHA-256, hex: the same for the same mapping, in whatever order its lines stand. */
  public String hash() {
    return Fingerprint.of(entries.stream().map(Entry::toString).sorted().toList());
  }

  /** The names of the Keycloak attributes that have to be read. */
  public Set<String> attributes() {
    Set<String> names = new HashSet<>();
    entries.forEach(entry -> names.add(entry.attribute()));
    return names;
  }

  /** Whether something is mapped to this attribute of the core schema. */
  boolean writes(String attribute) {
    return entries.stream().anyMatch(entry -> entry.path().place().equals(attribute));
  }

  void write(UserState user, Map<String, Object> document) {
    for (Entry entry : entries) {
      // Keycloak keeps no order of an attribute's values: sorted, the same values are the same
      // text.
      List<String> values =
          user.values(entry.attribute()).stream()
              .filter(value -> value != null && !value.isBlank())
              .distinct()
              .sorted()
              .toList();
      if (!values.isEmpty()) {
        entry.path().write(document, values);
      }
    }
  }
}
