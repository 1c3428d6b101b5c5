package com.abilian.sbe.scim.admin;

import com.fasterxml.jackson.annotation.JsonProperty;

/**
 * How far a configuration gets.
 *
 * @param stage the stage that failed, or DONE
 * @param detail what is wrong, or what was found
 */
public record CheckResult(boolean ok, Stage stage, String detail) {

  /** In the order in which they are tried. */
  public enum Stage {
    /** A SCIM service answers at the address. */
    @JsonProperty("reach")
    REACH,
    /** A token can be made. */
    @JsonProperty("token")
    TOKEN,
    /** The service takes it. */
    @JsonProperty("accept")
    ACCEPT,
    @JsonProperty("done")
    DONE
  }

  static CheckResult failed(Stage stage, String detail) {
    return new CheckResult(false, stage, detail);
  }
}
