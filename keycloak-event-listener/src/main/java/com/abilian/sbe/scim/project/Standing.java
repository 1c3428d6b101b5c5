package com.abilian.sbe.scim.project;

/**
 * How far a receiver of this project has come.
 *
 * @param generationId which database it has: made with it, and kept in its backups
 * @param highestChange the number of the latest change of this realm's resources
 */
public record Standing(String generationId, long highestChange) {}
