package com.abilian.sbe.scim.endpoint;

import com.abilian.sbe.scim.endpoint.Credentials.TokenEndpoint;
import com.abilian.sbe.scim.store.HostStore;
import com.abilian.sbe.scim.store.SessionTransactions;
import java.net.URI;
import org.keycloak.models.KeycloakSession;

/**
 * Hosts that a realm may send to because an administrator of the administrators' realm enabled an
 * endpoint of it that points there. What takes a session happens in its transaction.
 */
public final class LearntHosts {

  private final SessionTransactions transactions;

  public LearntHosts(SessionTransactions transactions) {
    this.transactions = transactions;
  }

  /** Asks in a transaction of its own. */
  public boolean allows(Endpoint endpoint, URI address) {
    String host = AllowedHosts.host(address);
    HostStore hosts = new HostStore(transactions.tables());
    return transactions.call(c -> hosts.allows(c, endpoint.realmId(), host));
  }

  public boolean allows(KeycloakSession session, Endpoint endpoint, URI address) {
    String host = AllowedHosts.host(address);
    HostStore hosts = hosts(session);
    return transactions.within(session, c -> hosts.allows(c, endpoint.realmId(), host));
  }

  /**
   * @param webhook where its alarms are told; null where nowhere
   */
  public void allow(KeycloakSession session, Endpoint endpoint, URI webhook) {
    TokenEndpoint tokens = endpoint.credentials().tokenEndpoint();
    HostStore.Hosts all =
        new HostStore.Hosts(
            AllowedHosts.host(endpoint.url()),
            webhook == null ? null : AllowedHosts.host(webhook),
            tokens == null ? null : AllowedHosts.host(tokens.url()));
    HostStore hosts = hosts(session);
    transactions.runWithin(session, c -> hosts.allow(c, endpoint.id(), endpoint.realmId(), all));
  }

  public void forget(KeycloakSession session, String endpointId) {
    HostStore hosts = hosts(session);
    transactions.runWithin(session, connection -> hosts.delete(connection, endpointId));
  }

  public void forgetRealm(KeycloakSession session, String realmId) {
    HostStore hosts = hosts(session);
    transactions.runWithin(session, connection -> hosts.deleteRealm(connection, realmId));
  }

  private HostStore hosts(KeycloakSession session) {
    return new HostStore(transactions.tables(session));
  }
}
