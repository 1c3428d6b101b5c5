package com.abilian.sbe.scim;

import com.abilian.sbe.scim.client.ScimTransport;
import com.abilian.sbe.scim.endpoint.LearntHosts;
import com.abilian.sbe.scim.endpoint.ServerOptions;
import com.abilian.sbe.scim.endpoint.TargetRules;
import com.abilian.sbe.scim.keycloak.KeycloakTransactions;
import com.abilian.sbe.scim.mark.MarkRecorder;
import com.abilian.sbe.scim.schedule.Dispatcher;
import java.time.Clock;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.keycloak.Config;
import org.keycloak.common.util.Environment;
import org.keycloak.connections.jpa.JpaConnectionProvider;
import org.keycloak.models.KeycloakSession;
import org.keycloak.models.KeycloakSessionFactory;
import org.keycloak.models.utils.PostMigrationEvent;
import org.keycloak.provider.Provider;
import org.keycloak.provider.ServerInfoAwareProviderFactory;

/** What runs: options of the server, start and end of delivery. */
public final class Connector implements ConnectorSpi.Factory, ServerInfoAwareProviderFactory {

  public static final String ID = "sbe-scim";

  public static final String SWITCHED_OFF =
      "The SCIM connector is switched off on this server:"
          + " spi-sbe-scim-endpoint--sbe-scim--enabled is false";

  private final ScimTransport transport = new ScimTransport(Clock.systemUTC());
  private ServerOptions options;
  private KeycloakTransactions transactions;
  private LearntHosts learntHosts;
  private Dispatcher dispatcher;
  private volatile MarkRecorder recorder;

  /** Empty where the operator has switched the provider off. */
  public static Optional<Connector> of(KeycloakSessionFactory factory) {
    return Optional.ofNullable(
        (Connector) factory.getProviderFactory(ConnectorSpi.Running.class, ID));
  }

  /** Empty while the server is still putting its providers together. */
  public Optional<MarkRecorder> recorder() {
    return Optional.ofNullable(recorder);
  }

  /** Where endpoints may point, as the session's transaction sees it. */
  public TargetRules targets(KeycloakSession session) {
    return new TargetRules(
        options.allowedHosts(), endpoint -> learntHosts.allows(session, endpoint));
  }

  public KeycloakTransactions transactions() {
    return transactions;
  }

  public ScimTransport transport() {
    return transport;
  }

  @Override
  public String getId() {
    return ID;
  }

  @Override
  public void init(Config.Scope scope) {
    options = ServerOptions.of(scope);
  }

  @Override
  public void postInit(KeycloakSessionFactory factory) {
    transactions = new KeycloakTransactions(factory);
    learntHosts = new LearntHosts(transactions);
    TargetRules targets = new TargetRules(options.allowedHosts(), learntHosts::allows);
    dispatcher = new Dispatcher(factory, transactions, ID, targets, transport);
    recorder = new MarkRecorder(transactions, options.failOnLostMark(), dispatcher);
    factory.register(
        event -> {
          if (event instanceof PostMigrationEvent && isServer()) {
            dispatcher.start();
          }
        });
  }

  /** Import and export put the same providers together, but are no server: they only mark. */
  static boolean isServer() {
    return !Environment.NON_SERVER_MODE.equalsIgnoreCase(Environment.getProfile());
  }

  /** So that the database is still there when {@link #close} is called. */
  @Override
  public Set<Class<? extends Provider>> dependsOn() {
    return Set.of(JpaConnectionProvider.class);
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
