package com.abilian.sbe.scim.directory;

import com.abilian.sbe.scim.store.FederationReader.Configured;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** What an operator should know of how a directory is configured in Keycloak. */
public final class Warnings {

  private Warnings() {}

  /**
   * @param provider whose warnings are asked for
   * @param all providers and mappers of all realms
   * @param neighbours other realms that send to the same receiver
   */
  public static List<String> of(
      Configured provider, Collection<Configured> all, Collection<String> neighbours) {
    Map<String, String> values = provider.values();
    List<String> told = new ArrayList<>();
    if ("false".equals(values.get("importEnabled"))) {
      told.add("import is off: its people are not sent, switch Import users on");
    } else if (!isPositive(values.get("fullSyncPeriod"))
        && !isPositive(values.get("changedSyncPeriod"))) {
      told.add(
          "no periodic sync: who comes and what changes arrives only when somebody starts one,"
              + " switch Periodic changed users sync on");
    }
    if (!isPositive(values.get("readTimeout"))) {
      told.add(
          "no read timeout: a directory that hangs stops logins and all timed tasks of the server,"
              + " set Read timeout to 5000");
    }
    all.stream()
        .filter(one -> provider.id().equals(one.parent()))
        .filter(one -> "IMPORT".equals(one.values().get("mode")))
        .forEach(
            mapper ->
                told.add(
                    "mapper "
                        + mapper.name()
                        + " is in mode IMPORT: what it maps is written when a person is first"
                        + " imported and never follows the directory, set it to READ_ONLY"));
    if (all.stream()
        .filter(other -> neighbours.contains(other.realmId()))
        .anyMatch(other -> isSame(provider, other))) {
      told.add(
          "another realm that sends to this receiver reads the same directory: whoever it has sent"
              + " first is refused here with 409, give each realm its own branch or receiver");
    }
    return told;
  }

  private static boolean isSame(Configured one, Configured other) {
    return other.kind().equals("ldap")
        && isSame(one, other, "connectionUrl")
        && isSame(one, other, "usersDn");
  }

  private static boolean isSame(Configured one, Configured other, String key) {
    return Objects.equals(folded(one.values().get(key)), folded(other.values().get(key)));
  }

  private static String folded(String value) {
    return value == null ? null : DistinguishedNames.canonical(value);
  }

  private static boolean isPositive(String value) {
    try {
      return value != null && Long.parseLong(value.strip()) > 0;
    } catch (NumberFormatException unlike) {
      return false;
    }
  }
}
