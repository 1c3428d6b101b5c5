package com.abilian.sbe.scim.keycloak;

import com.abilian.sbe.scim.store.Tables;
import com.abilian.sbe.scim.store.Transactions;
import jakarta.persistence.EntityManager;
import org.hibernate.Session;
import org.keycloak.connections.jpa.JpaConnectionProvider;
import org.keycloak.models.KeycloakSession;
import org.keycloak.models.KeycloakSessionFactory;
import org.keycloak.models.utils.KeycloakModelUtils;

/** Transactions of a background thread, and the connection of a request's transaction. */
public final class KeycloakTransactions implements Transactions {

  private final KeycloakSessionFactory factory;
  private volatile Tables tables;

  public KeycloakTransactions(KeycloakSessionFactory factory) {
    this.factory = factory;
  }

  @Override
  public <T> T call(Work<T> work) {
    return KeycloakModelUtils.runJobInTransactionWithResult(
        factory, session -> within(session, work));
  }

  /** Runs {@code work} in the transaction of {@code session}. */
  public <T> T within(KeycloakSession session, Work<T> work) {
    return entityManager(session).unwrap(Session.class).doReturningWork(work::run);
  }

  /** As {@link #within}, without a result. */
  public void runWithin(KeycloakSession session, Action action) {
    entityManager(session).unwrap(Session.class).doWork(action::run);
  }

  public Tables tables() {
    if (tables == null) {
      tables =
          KeycloakModelUtils.runJobInTransactionWithResult(
              factory, session -> Tables.of(entityManager(session)));
    }
    return tables;
  }

  public Tables tables(KeycloakSession session) {
    if (tables == null) {
      tables = Tables.of(entityManager(session));
    }
    return tables;
  }

  private static EntityManager entityManager(KeycloakSession session) {
    return session.getProvider(JpaConnectionProvider.class).getEntityManager();
  }
}
