package com.abilian.sbe.scim.admin;

import com.fasterxml.jackson.annotation.JsonProperty;

/**
 * How far a configuration gets.
 *
 * @param stage the stage that failed, or DONE
 * @param reason a code for programs: {@code malformed}, {@code no_such_scope}, {@code
 *     host_not_allowed}, {@code no_scim_service}, {@code no_token}, {@code token_refused}, {@code
 *     unknown_issuer}, {@code source_disabled}, {@code older_connector}, {@code unlisted_client},
 *     {@code persons_token}, {@code insufficient_scope}, {@code refused}, {@code no_back_channel}
 *     or {@code stopping}; null where DONE
 * @param detail what is wrong, or what was found, for people
 */
public record CheckResult(boolean ok, Stage stage, String reason, String detail) {

  /** In the order in which they are tried. */
  public enum Stage {
    /** The realm has the groups and roles that say who is provisioned. */
    @JsonProperty("scope")
    SCOPE,
    /** A SCIM service answers at the address. */
    @JsonProperty("reach")
    REACH,
    /** A token can be made, or is given. */
    @JsonProperty("token")
    TOKEN,
    /** The service takes it. */
    @JsonProperty("accept")
    ACCEPT,
    /** The sign-in of Abilian SBE answers where the realm ends sessions. */
    @JsonProperty("back_channel")
    BACK_CHANNEL,
    @JsonProperty("done")
    DONE
  }

  static CheckResult failed(Stage stage, String reason, String detail) {
    return new CheckResult(false, stage, reason, detail);
  }
}
