package com.abilian.sbe.scim;

import com.abilian.sbe.scim.admin.AdminResource;
import com.abilian.sbe.scim.admin.Parts;
import com.abilian.sbe.scim.capture.ModelEvents;
import com.abilian.sbe.scim.capture.UserEvents;
import com.abilian.sbe.scim.client.CachedToken;
import com.abilian.sbe.scim.client.ScimTransport;
import com.abilian.sbe.scim.directory.Directories;
import com.abilian.sbe.scim.directory.Guard;
import com.abilian.sbe.scim.endpoint.Endpoint;
import com.abilian.sbe.scim.endpoint.LearntHosts;
import com.abilian.sbe.scim.endpoint.ScimEndpointProvider;
import com.abilian.sbe.scim.endpoint.ServerOptions;
import com.abilian.sbe.scim.endpoint.StoredSecrets;
import com.abilian.sbe.scim.endpoint.TargetRules;
import com.abilian.sbe.scim.keycloak.AdminResourceFactory;
import com.abilian.sbe.scim.keycloak.ConnectorSpi;
import com.abilian.sbe.scim.keycloak.EventListenerFactory;
import com.abilian.sbe.scim.keycloak.KeycloakTransactions;
import com.abilian.sbe.scim.keycloak.LdapDirectories;
import com.abilian.sbe.scim.keycloak.OutgoingRequests;
import com.abilian.sbe.scim.keycloak.PrivateEvents;
import com.abilian.sbe.scim.keycloak.RealmTokens;
import com.abilian.sbe.scim.mark.MarkRecorder;
import com.abilian.sbe.scim.monitor.Monitor;
import com.abilian.sbe.scim.schedule.Dispatcher;
import com.abilian.sbe.scim.store.Stores;
import java.net.URI;
import java.time.Clock;
import java.util.Map;
import java.util.Set;
import java.util.function.BiPredicate;
import org.keycloak.Config;
import org.keycloak.common.util.Environment;
import org.keycloak.models.KeycloakSession;
import org.keycloak.models.KeycloakSessionFactory;
import org.keycloak.provider.Provider;

/**
 * Builds what runs, and gives each part to the factories that Keycloak made and that need it: marks
 * to the listeners of events and of components, answers to the Admin API. Nobody asks it for a
 * part.
 */
public final class Connector implements ConnectorSpi.Factory {

  private ScimTransport transport;
  private ServerOptions options;
  private Dispatcher dispatcher;

  @Override
  public String getId() {
    return ScimEndpointProvider.ID;
  }

  @Override
  public void init(Config.Scope scope) {
    options = ServerOptions.of(scope);
  }

  /** All factories have been made by now. */
  @Override
  public void postInit(KeycloakSessionFactory factory) {
    transport = OutgoingRequests.transport(factory, Clock.systemUTC());
    KeycloakTransactions transactions = new KeycloakTransactions(factory);
    LearntHosts hosts = new LearntHosts(transactions);
    RealmTokens tokens = new RealmTokens(factory, new StoredSecrets(transactions));
    Directories directories = new LdapDirectories(factory);
    dispatcher = dispatcher(transactions, tokens, hosts, directories);
    record(factory, new MarkRecorder(transactions, options.failOnLostMark(), dispatcher));
    Parts parts =
        new Parts(
            Version.CURRENT,
            transactions,
            transport,
            tokens::issueWithin,
            session -> targets((endpoint, url) -> hosts.allows(session, endpoint, url)),
            new Guard(directories, Clock.systemUTC()));
    AdminResourceFactory.of(factory)
        .ifPresent(
            admin ->
                admin.serve(
                    (session, realm, permissions, log) ->
                        new AdminResource(session, realm, permissions, log, parts)));
    factory.register(
        event -> {
          if (PrivateEvents.isStart(event) && isServer()) {
            dispatcher.start();
          }
        });
  }

  private Dispatcher dispatcher(
      KeycloakTransactions transactions,
      RealmTokens tokens,
      LearntHosts hosts,
      Directories directories) {
    return new Dispatcher(
        () -> Stores.of(transactions, transactions.tables()),
        endpoint -> new CachedToken(() -> tokens.issue(endpoint, transport), Clock.systemUTC()),
        targets(hosts::allows),
        transport,
        directories,
        Clock.systemDefaultZone(),
        Monitor.ofServer(Version.CURRENT, Clock.systemUTC()),
        Version.CURRENT);
  }

  private TargetRules targets(BiPredicate<Endpoint, URI> learnt) {
    return new TargetRules(options.allowedHosts(), learnt);
  }

  private static void record(KeycloakSessionFactory factory, MarkRecorder recorder) {
    EventListenerFactory.of(factory)
        .ifPresent(
            listener -> {
              listener.tell(new UserEvents(recorder));
              factory.register(new ModelEvents(recorder));
            });
    EndpointFactory.of(factory).ifPresent(endpoints -> endpoints.recordBy(recorder));
  }

  /** Import and export put the same providers together, but are no server: they only mark. */
  static boolean isServer() {
    return !Environment.NON_SERVER_MODE.equalsIgnoreCase(Environment.getProfile());
  }

  /** So that the database is still there when {@link #close} is called. */
  @Override
  public Set<Class<? extends Provider>> dependsOn() {
    return KeycloakTransactions.NEEDED;
  }

  @Override
  public void close() {
    if (dispatcher != null) {
      dispatcher.stop();
    }
  }

  @Override
  public Map<String, String> getOperationalInfo() {
    return Map.of("version", Version.CURRENT);
  }

  @Override
  public ConnectorSpi.Running create(KeycloakSession session) {
    return () -> {};
  }
}
