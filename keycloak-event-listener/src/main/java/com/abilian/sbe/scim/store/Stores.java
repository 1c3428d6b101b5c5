package com.abilian.sbe.scim.store;

/** The tables, and transactions to use them in. */
public record Stores(
    Transactions transactions,
    MarkStore marks,
    LinkStore links,
    EndpointStore endpoints,
    LeaseStore leases,
    NodeStore nodes,
    RealmReader realms) {

  public static Stores of(Transactions transactions, Tables tables) {
    return new Stores(
        transactions,
        new MarkStore(tables),
        new LinkStore(tables),
        new EndpointStore(tables),
        new LeaseStore(tables),
        new NodeStore(tables),
        new RealmReader(tables));
  }

  /** The same tables by other transactions. */
  public Stores with(Transactions others) {
    return new Stores(others, marks, links, endpoints, leases, nodes, realms);
  }
}
