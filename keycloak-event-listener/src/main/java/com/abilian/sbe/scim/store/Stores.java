package com.abilian.sbe.scim.store;

/** The tables, and transactions to use them in. */
public record Stores(
    Transactions transactions,
    MarkStore marks,
    LinkStore links,
    MemberStore members,
    Retries retries,
    EndpointStore endpoints,
    LeaseStore leases,
    NodeStore nodes,
    RunStore runs,
    LossStore losses,
    AlarmStore alarms,
    RealmReader realms,
    DirectoryStore directories,
    FederationReader federations,
    ScopeReader scopes,
    DirectoryPeople directoryPeople,
    DirectoryRoles directoryRoles,
    EndpointReport report,
    Components components,
    KeycloakTables keycloak) {

  public static Stores of(Transactions transactions, Tables tables) {
    return new Stores(
        transactions,
        new MarkStore(tables),
        new LinkStore(tables),
        new MemberStore(tables),
        new Retries(tables),
        new EndpointStore(tables),
        new LeaseStore(tables),
        new NodeStore(tables),
        new RunStore(tables),
        new LossStore(tables),
        new AlarmStore(tables),
        new RealmReader(tables),
        new DirectoryStore(tables),
        new FederationReader(tables),
        new ScopeReader(tables),
        new DirectoryPeople(tables),
        new DirectoryRoles(tables),
        new EndpointReport(tables),
        new Components(tables),
        new KeycloakTables(tables));
  }

  /** The same tables by other transactions. */
  public Stores with(Transactions others) {
    return new Stores(
        others,
        marks,
        links,
        members,
        retries,
        endpoints,
        leases,
        nodes,
        runs,
        losses,
        alarms,
        realms,
        directories,
        federations,
        scopes,
        directoryPeople,
        directoryRoles,
        report,
        components,
        keycloak);
  }
}
