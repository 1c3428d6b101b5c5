package com.abilian.sbe.scim.store;

import org.keycloak.models.KeycloakSession;

/** Transactions of one's own, and the one that a session of Keycloak is in. */
public interface SessionTransactions extends Transactions {

  /** Runs {@code work} in the transaction of {@code session}. */
  <T> T within(KeycloakSession session, Work<T> work);

  /** As {@link #within}, where {@code work} sees what the session has changed until now. */
  <T> T withinFlushed(KeycloakSession session, Work<T> work);

  /** As {@link #within}, without a result. */
  default void runWithin(KeycloakSession session, Action action) {
    within(session, action.asWork());
  }

  /** Where the tables are; asks in a transaction of its own the first time. */
  Tables tables();

  /** As {@link #tables()}, asking in the transaction of {@code session}. */
  Tables tables(KeycloakSession session);
}
