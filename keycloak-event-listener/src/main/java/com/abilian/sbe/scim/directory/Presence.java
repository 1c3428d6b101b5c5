package com.abilian.sbe.scim.directory;

/** Whether an entry is in its directory. */
public enum Presence {
  /** Where and as the provider looks for people. */
  IN_REACH,
  /** Elsewhere, or kept out by the provider's filter. */
  OUT_OF_REACH,
  /** Nowhere in the directory, as far as the provider may read it. */
  ABSENT,
  /** The provider is removed from Keycloak: nobody can be asked. */
  NO_PROVIDER,
  /** The directory does not answer, or not as it should. */
  UNKNOWN
}
