package com.abilian.sbe.scim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Dependencies between packages point one way, and Keycloak's own classes are used in one place.
 */
class ArchitectureTest {

  /** From the bottom up: a package uses those of lower floors only. */
  private static final List<Set<String>> FLOORS =
      List.of(
          Set.of("project"),
          Set.of("client", "store"),
          Set.of("endpoint"),
          Set.of("directory"),
          Set.of("keycloak", "mark", "monitor", "reconcile"),
          Set.of("capture", "deliver", "admin"),
          Set.of("schedule"),
          Set.of(""));

  private static final Path SOURCES = Path.of("src/main/java/com/abilian/sbe/scim");

  private static final Pattern OURS =
      Pattern.compile("com\\.abilian\\.sbe\\.scim((?:\\.[a-z]+)*)\\.[A-Z]\\w*");

  private static final Pattern IMPORT = Pattern.compile("^import (?:static )?([\\w.]+);$");

  /** Modules for everybody, by the names of their files; all others are Keycloak's own business. */
  private static final Pattern PUBLIC_MODULES =
      Pattern.compile("keycloak-(core|common|server-spi)-\\d[^/]*\\.jar");

  private record Import(String from, String name) {}

  private static List<Import> imports() throws IOException {
    List<Import> found = new ArrayList<>();
    try (Stream<Path> files = Files.walk(SOURCES)) {
      for (Path file : files.filter(path -> path.toString().endsWith(".java")).toList()) {
        String from = SOURCES.relativize(file.getParent()).toString();
        for (String line : Files.readAllLines(file)) {
          Matcher matcher = IMPORT.matcher(line);
          if (matcher.matches()) {
            found.add(new Import(from, matcher.group(1)));
          }
        }
      }
    }
    assertTrue(found.size() > 500, "the sources were not found");
    return found;
  }

  private static int floor(String name) {
    for (int number = 0; number < FLOORS.size(); number++) {
      if (FLOORS.get(number).contains(name)) {
        return number;
      }
    }
    throw new AssertionError("package '" + name + "' has no floor here");
  }

  @Test
  void packagesUseOnlyThoseBelowThem() throws IOException {
    Map<String, Set<String>> upwards = new TreeMap<>();
    for (Import found : imports()) {
      Matcher matcher = OURS.matcher(found.name());
      if (matcher.lookingAt()) {
        String to = matcher.group(1).replaceFirst("^\\.", "");
        if (!to.equals(found.from()) && floor(to) >= floor(found.from())) {
          upwards.computeIfAbsent(found.from(), from -> new TreeSet<>()).add(to);
        }
      }
    }
    assertEquals(Map.of(), upwards);
  }

  @Test
  void classesOfKeycloaksPrivateModulesAreUsedInOnePackage() throws IOException {
    Set<String> strays = new TreeSet<>();
    Set<String> ofTheRoom = new TreeSet<>();
    for (Import found : imports()) {
      if (isPrivate(found.name())) {
        (found.from().equals("keycloak") ? ofTheRoom : strays).add(found.toString());
      }
    }
    assertEquals(Set.of(), strays);
    assertTrue(ofTheRoom.size() > 10, "private classes are not recognised");
  }

  private static boolean isPrivate(String name) {
    if (name.startsWith("org.hibernate.")) {
      return true;
    }
    return name.startsWith("org.keycloak.") && !PUBLIC_MODULES.matcher(file(name)).find();
  }

  /** The file that a class comes from. */
  private static String file(String name) {
    try {
      return Class.forName(binary(name), false, ArchitectureTest.class.getClassLoader())
          .getProtectionDomain()
          .getCodeSource()
          .getLocation()
          .toString();
    } catch (ClassNotFoundException missing) {
      throw new AssertionError(missing);
    }
  }

  /** {@code a.b.Outer$Inner} for {@code a.b.Outer.Inner}. */
  private static String binary(String name) {
    List<String> parts = Arrays.asList(name.split("\\."));
    int outer = 0;
    while (!Character.isUpperCase(parts.get(outer).charAt(0))) {
      outer++;
    }
    return String.join(".", parts.subList(0, outer))
        + "."
        + String.join("$", parts.subList(outer, parts.size()));
  }

  @Test
  void theProjectionKnowsNothingOfKeycloak() throws IOException {
    assertEquals(
        List.of(),
        imports().stream()
            .filter(found -> found.from().equals("project"))
            .filter(found -> found.name().startsWith("org.keycloak."))
            .toList());
  }

  @Test
  void everyPackageSaysWhatItHolds() {
    try (Stream<Path> folders = Files.walk(SOURCES)) {
      assertEquals(
          List.of(),
          folders
              .filter(Files::isDirectory)
              .filter(folder -> !Files.exists(folder.resolve("package-info.java")))
              .toList());
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }
}
