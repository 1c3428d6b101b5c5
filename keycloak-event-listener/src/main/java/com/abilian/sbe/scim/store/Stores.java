package com.abilian.sbe.scim.store;

/** The tables, and transactions to use them in. */
public record Stores(
    Transactions transactions,
    MarkStore marks,
    LinkStore links,
    EndpointStore endpoints,
    NodeStore nodes,
    RealmReader realms) {

  public static Stores of(Transactions transactions, Tables tables) {
    return new Stores(
        transactions,
        new MarkStore(tables),
        new LinkStore(tables),
        new EndpointStore(tables),
        new NodeStore(tables),
        new RealmReader(tables));
  }
}
