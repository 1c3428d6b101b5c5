package com.abilian.sbe.scim.deliver;

import com.abilian.sbe.scim.store.EndpointStore;
import com.abilian.sbe.scim.store.LinkStore;
import com.abilian.sbe.scim.store.MarkStore;
import com.abilian.sbe.scim.store.NodeStore;
import com.abilian.sbe.scim.store.RealmReader;
import com.abilian.sbe.scim.store.Tables;
import com.abilian.sbe.scim.store.Transactions;

/** The tables, and transactions to use them in. */
record Stores(
    Transactions transactions,
    MarkStore marks,
    LinkStore links,
    EndpointStore endpoints,
    NodeStore nodes,
    RealmReader realms) {

  static Stores of(Transactions transactions, Tables tables) {
    return new Stores(
        transactions,
        new MarkStore(tables),
        new LinkStore(tables),
        new EndpointStore(tables),
        new NodeStore(tables),
        new RealmReader(tables));
  }
}
