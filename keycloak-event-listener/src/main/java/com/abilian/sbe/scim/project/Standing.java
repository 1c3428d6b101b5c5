package com.abilian.sbe.scim.project;

/**
 * How far a receiver of this project has come.
 *
 * @param generationId which database it has: made with it, and kept in its backups
 * @param highestChange the number of the latest change of this realm's resources
 * @param shadow whether it applies nothing of what this realm sends
 */
public record Standing(String generationId, long highestChange, boolean shadow) {

  /** Whether both have the same database with the same changes. */
  public boolean isAt(Standing other) {
    return generationId.equals(other.generationId) && highestChange == other.highestChange;
  }
}
