package com.abilian.sbe.scim.endpoint;

import com.abilian.sbe.scim.store.SecretStore;
import com.abilian.sbe.scim.store.SessionTransactions;
import java.util.Optional;
import java.util.UUID;
import org.keycloak.component.ComponentModel;
import org.keycloak.models.KeycloakSession;

/**
 * Secrets in a table of our own: a server without the connector would show the values of a
 * component in clear. Everything happens in the transaction of the session.
 */
public final class StoredSecrets {

  private final SessionTransactions transactions;

  public StoredSecrets(SessionTransactions transactions) {
    this.transactions = transactions;
  }

  /**
   * Takes a secret out of a component that is about to be saved, and leaves a reference to it. One
   * that is no longer used is forgotten.
   */
  public void takeOut(KeycloakSession session, ComponentModel model, Endpoint endpoint) {
    String key = CredentialsConfig.secretKey(endpoint.credentials());
    CredentialsConfig.SECRETS.stream()
        .filter(other -> !other.equals(key))
        .forEach(model.getConfig()::remove);
    if (key == null) {
      forget(session, model.getId());
      return;
    }
    String given = endpoint.credentials().secret();
    // Of several values the first counts; the others would stay.
    model.put(key, given);
    if (!SecretValue.isLiteral(given)) {
      if (SecretValue.reference(given).isEmpty()) {
        forget(session, model.getId());
      }
      return;
    }
    if (model.getId() == null) {
      model.setId(UUID.randomUUID().toString());
    }
    String reference = SecretValue.newReference();
    SecretStore.Use use = use(endpoint, model.getId(), SecretValue.reference(reference).get());
    transactions.runWithin(session, connection -> secrets(session).replace(connection, use, given));
    model.put(key, reference);
  }

  /**
   * The secret that the endpoint refers to; empty where it was given for other addresses, another
   * endpoint or another realm.
   */
  public Optional<String> find(KeycloakSession session, Endpoint endpoint) {
    return SecretValue.reference(endpoint.credentials().secret())
        .flatMap(
            id ->
                transactions.within(
                    session, c -> secrets(session).find(c, use(endpoint, endpoint.id(), id))));
  }

  /** Nothing happens where the id is null. */
  public void forget(KeycloakSession session, String endpointId) {
    if (endpointId != null) {
      transactions.runWithin(
          session, connection -> secrets(session).delete(connection, endpointId));
    }
  }

  public void forgetRealm(KeycloakSession session, String realmId) {
    transactions.runWithin(
        session, connection -> secrets(session).deleteRealm(connection, realmId));
  }

  private static SecretStore.Use use(Endpoint endpoint, String endpointId, String id) {
    return new SecretStore.Use(id, endpointId, endpoint.realmId(), endpoint.secretTarget());
  }

  private SecretStore secrets(KeycloakSession session) {
    return new SecretStore(transactions.tables(session));
  }
}
