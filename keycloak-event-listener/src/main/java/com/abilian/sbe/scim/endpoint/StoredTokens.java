package com.abilian.sbe.scim.endpoint;

import com.abilian.sbe.scim.store.SecretStore;
import com.abilian.sbe.scim.store.SessionTransactions;
import java.util.Optional;
import java.util.UUID;
import org.keycloak.component.ComponentModel;
import org.keycloak.models.KeycloakSession;

/**
 * Fixed tokens in a table of our own: a server without the connector would show the values of a
 * component in clear. Everything happens in the transaction of the session.
 */
public final class StoredTokens {

  private final SessionTransactions transactions;

  public StoredTokens(SessionTransactions transactions) {
    this.transactions = transactions;
  }

  /**
   * Takes a token out of a component that is about to be saved, and leaves a reference to it. One
   * that is no longer used is forgotten.
   */
  public void takeOut(KeycloakSession session, ComponentModel model, Endpoint endpoint) {
    String given = endpoint.bearerToken();
    if (given == null) {
      model.getConfig().remove(EndpointConfig.BEARER_TOKEN);
      forget(session, model.getId());
      return;
    }
    // Of several values the first counts; the others would stay.
    model.put(EndpointConfig.BEARER_TOKEN, given);
    if (!BearerToken.isLiteral(given)) {
      if (BearerToken.reference(given).isEmpty()) {
        forget(session, model.getId());
      }
      return;
    }
    if (model.getId() == null) {
      model.setId(UUID.randomUUID().toString());
    }
    String reference = BearerToken.newReference();
    SecretStore.Use use = use(endpoint, model.getId(), BearerToken.reference(reference).get());
    transactions.runWithin(session, connection -> secrets(session).replace(connection, use, given));
    model.put(EndpointConfig.BEARER_TOKEN, reference);
  }

  /**
   * The token that the endpoint refers to; empty where it was given for another address, another
   * endpoint or another realm.
   */
  public Optional<String> find(KeycloakSession session, Endpoint endpoint) {
    return BearerToken.reference(endpoint.bearerToken())
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
    return new SecretStore.Use(id, endpointId, endpoint.realmId(), endpoint.target());
  }

  private SecretStore secrets(KeycloakSession session) {
    return new SecretStore(transactions.tables(session));
  }
}
