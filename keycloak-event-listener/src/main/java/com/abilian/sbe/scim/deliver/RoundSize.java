package com.abilian.sbe.scim.deliver;

/**
 * How much one round takes upon itself.
 *
 * @param marks read at most
 * @param people of a full sync of whom nothing was sent yet, at most: as many as a fast receiver
 *     takes in the time that a round has
 * @param portion so many of them are read together, and recorded together
 */
record RoundSize(int marks, int people, int portion) {

  static final RoundSize USUAL = new RoundSize(500, 2000, 250);
}
