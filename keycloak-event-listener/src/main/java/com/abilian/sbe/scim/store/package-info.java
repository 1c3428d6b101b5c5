/**
 * The tables: marks, links, endpoints, nodes, secrets and hosts, and all that is read of Keycloak's
 * own tables ({@link com.abilian.sbe.scim.store.RealmReader}, {@link
 * com.abilian.sbe.scim.store.Components}, {@link com.abilian.sbe.scim.store.KeycloakTables} which
 * verifies them). Stores are given a connection; {@link com.abilian.sbe.scim.store.Transactions}
 * open, commit and roll back. Whatever changes the rows of an endpoint on behalf of deliveries goes
 * through {@code Transactions.changing}. Kinds and states that only a newer release knows are
 * <i>foreign</i>: they wait for it.
 */
package com.abilian.sbe.scim.store;
