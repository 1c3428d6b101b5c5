package com.abilian.sbe.scim.endpoint;

import org.keycloak.Config;

/**
 * What only the operator of the server decides: {@code spi-sbe-scim-endpoint--sbe-scim--…}.
 *
 * @param allowedHosts {@code allowed-hosts}; where none is named, those that were learnt
 * @param failOnLostMark {@code on-mark-failure}: {@code fail} (default) rolls a change back whose
 *     mark cannot be written; {@code log} lets the change pass and makes a full sync later
 */
public record ServerOptions(AllowedHosts allowedHosts, boolean failOnLostMark) {

  public static ServerOptions of(Config.Scope scope) {
    String onMarkFailure = scope.get("onMarkFailure", "fail");
    if (!onMarkFailure.equals("fail") && !onMarkFailure.equals("log")) {
      throw new IllegalArgumentException(
          "spi-sbe-scim-endpoint--sbe-scim--on-mark-failure: give fail or log");
    }
    return new ServerOptions(
        AllowedHosts.parse(scope.get("allowedHosts")), onMarkFailure.equals("fail"));
  }
}
