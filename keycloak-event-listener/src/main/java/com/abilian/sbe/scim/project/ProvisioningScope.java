package com.abilian.sbe.scim.project;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Who of a realm leaves Keycloak, as an endpoint's configuration says: by group, by role and by
 * attribute, and which groups do. One value of a kind is enough; of several kinds each has to hold.
 * A kind without values asks for nothing.
 *
 * @param groups paths or ids of groups; who is in one below is meant too
 * @param roles names of roles of the realm, {@code clientId/name} for those of clients
 * @param attributes values by attribute, each of which is enough, of whichever attribute
 * @param roots paths or ids of groups that are sent with all that is below them; empty for all
 * @param leaving what becomes of somebody who was in
 */
public record ProvisioningScope(
    Set<String> groups,
    Set<String> roles,
    Map<String, Set<String>> attributes,
    Set<String> roots,
    Leaving leaving) {

  /** What the receiver is told of somebody who leaves the scope. */
  public enum Leaving {
    /** The account is kept and inactive; nothing else is sent of the person any more. */
    DEACTIVATE,
    DELETE
  }

  /** Whether somebody, or a group, is in. */
  public enum Verdict {
    IN,
    OUT,
    /**
     * The configuration names a group or a role that the realm does not have: whoever might be in
     * by it stays what they were.
     */
    UNKNOWN;

    /** Where both have to hold. */
    public Verdict and(Verdict other) {
      if (this == OUT || other == OUT) {
        return OUT;
      }
      return this == IN ? other : UNKNOWN;
    }

    /** Whether Keycloak's state has to be at the receiver, by what is known of it there. */
    public boolean holds(Link link) {
      boolean was = link != null && !link.hasLeft() && !link.isGone();
      return this == IN || this == UNKNOWN && was;
    }
  }

  /** Everybody and everything. */
  public static final ProvisioningScope ALL =
      new ProvisioningScope(Set.of(), Set.of(), Map.of(), Set.of(), Leaving.DEACTIVATE);

  /** Keycloak does not keep these among the attributes, and no two people share one. */
  private static final Set<String> OF_ONE_PERSON =
      Set.of("username", "email", "firstName", "lastName");

  /**
   * Paths or ids of groups, one a line.
   *
   * @throws IllegalArgumentException with a message that quotes the line and says what is wrong
   */
  public static Set<String> paths(Collection<String> lines) {
    Set<String> paths = new TreeSet<>();
    for (String line : names(lines)) {
      String path = line.startsWith("/") ? line.substring(1) : line;
      if (path.isEmpty()) {
        throw new IllegalArgumentException("'" + line + "' is not the path of a group");
      }
      paths.add(path);
    }
    return paths;
  }

  /**
   * Values by attribute, from lines of {@code attribute=value}.
   *
   * @throws IllegalArgumentException with a message that quotes the line and says what is wrong
   */
  public static Map<String, Set<String>> values(Collection<String> lines) {
    Map<String, Set<String>> values = new TreeMap<>();
    for (String line : names(lines)) {
      int equals = line.indexOf('=');
      String name = line.substring(0, Math.max(0, equals)).trim();
      String value = line.substring(equals + 1).trim();
      if (name.isEmpty() || value.isEmpty()) {
        throw new IllegalArgumentException("'" + line + "' is not of the form attribute=value");
      }
      if (OF_ONE_PERSON.contains(name)) {
        throw new IllegalArgumentException("'" + line + "': " + name + " is not an attribute");
      }
      values.computeIfAbsent(name, absent -> new TreeSet<>()).add(value);
    }
    return values;
  }

  /** Names, one a line. */
  public static Set<String> names(Collection<String> lines) {
    Set<String> names = new TreeSet<>();
    lines.stream()
        .filter(line -> line != null && !line.isBlank())
        .forEach(line -> names.add(line.trim()));
    return names;
  }

  /** Whether all people are in, whatever they have. */
  public boolean holdsEverybody() {
    return groups.isEmpty() && roles.isEmpty() && attributes.isEmpty();
  }

  /** Whether all groups are in. */
  public boolean holdsEveryGroup() {
    return roots.isEmpty();
  }

  /** What has to be read of a user to judge, beside the groups that they are in. */
  public UserNeeds needs() {
    return new UserNeeds(attributes.keySet(), roles);
  }

  /**
   * Whether who is in may change by a membership itself; what it changes of roles is told apart.
   */
  public boolean dependsOnGroups() {
    return !groups.isEmpty();
  }

  /** SHA-256, hex: the same for the same scope, in whatever order its lines stand. */
  public String hash() {
    return Fingerprint.of(List.of(groups, roles, attributes, roots, leaving));
  }

  /**
   * The scope in a realm as it is now.
   *
   * @param tree its groups
   * @param rolesThere those of the roles asked for that it has, by name
   */
  public RealmScope in(GroupTree tree, Set<String> rolesThere) {
    List<String> missing = new ArrayList<>();
    Set<String> below = below(tree, groups, missing);
    boolean groupsComplete = missing.isEmpty();
    roles.stream()
        .filter(role -> !rolesThere.contains(role))
        .forEach(role -> missing.add("role " + role));
    List<String> missingRoots = new ArrayList<>();
    Set<String> sent = below(tree, roots, missingRoots);
    missing.addAll(missingRoots);
    return new RealmScope(
        this,
        below,
        groupsComplete,
        rolesThere.containsAll(roles),
        sent,
        missingRoots.isEmpty(),
        List.copyOf(missing));
  }

  private static Set<String> below(GroupTree tree, Set<String> named, List<String> missing) {
    Set<String> found = new HashSet<>();
    for (String one : named) {
      tree.find(one)
          .ifPresentOrElse(id -> found.addAll(tree.subtree(id)), () -> missing.add("group " + one));
    }
    return found;
  }
}
