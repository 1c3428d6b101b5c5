package com.abilian.sbe.scim.keycloak;

import com.abilian.sbe.scim.store.SessionTransactions;
import com.abilian.sbe.scim.store.Tables;
import jakarta.persistence.EntityManager;
import java.util.Set;
import org.hibernate.Session;
import org.keycloak.connections.jpa.JpaConnectionProvider;
import org.keycloak.connections.jpa.util.JpaUtils;
import org.keycloak.models.KeycloakSession;
import org.keycloak.models.KeycloakSessionFactory;
import org.keycloak.models.utils.KeycloakModelUtils;
import org.keycloak.provider.Provider;

/** Transactions on the database that Keycloak itself uses. */
public final class KeycloakTransactions implements SessionTransactions {

  /** What has to be there as long as transactions are begun. */
  public static final Set<Class<? extends Provider>> NEEDED = Set.of(JpaConnectionProvider.class);

  /** Any of our tables: its qualified name tells the schema. */
  private static final String TABLE = "SBE_SCIM_MARK";

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

  @Override
  public <T> T within(KeycloakSession session, Work<T> work) {
    return entityManager(session).unwrap(Session.class).doReturningWork(work::run);
  }

  @Override
  public <T> T withinFlushed(KeycloakSession session, Work<T> work) {
    entityManager(session).flush();
    return within(session, work);
  }

  @Override
  public Tables tables() {
    return tables == null
        ? KeycloakModelUtils.runJobInTransactionWithResult(factory, this::tables)
        : tables;
  }

  @Override
  public Tables tables(KeycloakSession session) {
    if (tables == null) {
      String qualified = JpaUtils.getTableNameForNativeQuery(TABLE, entityManager(session));
      tables = new Tables(qualified.substring(0, qualified.length() - TABLE.length()));
    }
    return tables;
  }

  private static EntityManager entityManager(KeycloakSession session) {
    return session.getProvider(JpaConnectionProvider.class).getEntityManager();
  }
}
