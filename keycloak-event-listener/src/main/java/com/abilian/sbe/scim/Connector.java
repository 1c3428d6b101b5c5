package com.abilian.sbe.scim;

import com.abilian.sbe.scim.client.ScimTransport;
import com.abilian.sbe.scim.deliver.Dispatcher;
import com.abilian.sbe.scim.endpoint.Endpoint;
import com.abilian.sbe.scim.endpoint.EndpointConfig;
import com.abilian.sbe.scim.endpoint.InvalidEndpointException;
import com.abilian.sbe.scim.endpoint.ScimEndpointProvider;
import com.abilian.sbe.scim.endpoint.ScimEndpointProviderFactory;
import com.abilian.sbe.scim.endpoint.ServerOptions;
import com.abilian.sbe.scim.mark.Change;
import com.abilian.sbe.scim.mark.MarkRecorder;
import com.abilian.sbe.scim.store.KeycloakTransactions;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.keycloak.Config;
import org.keycloak.common.util.Environment;
import org.keycloak.component.ComponentModel;
import org.keycloak.component.ComponentValidationException;
import org.keycloak.connections.jpa.JpaConnectionProvider;
import org.keycloak.models.KeycloakSession;
import org.keycloak.models.KeycloakSessionFactory;
import org.keycloak.models.RealmModel;
import org.keycloak.models.utils.PostMigrationEvent;
import org.keycloak.provider.Provider;
import org.keycloak.provider.ProviderConfigProperty;
import org.keycloak.provider.ServerInfoAwareProviderFactory;

/** The connector as the server knows it: configuration of endpoints, start and end of delivery. */
public final class Connector
    implements ScimEndpointProviderFactory, ServerInfoAwareProviderFactory {

  public static final String ID = "sbe-scim";

  public static final String SWITCHED_OFF =
      "The SCIM connector is switched off on this server:"
          + " spi-sbe-scim-endpoint--sbe-scim--enabled is false";

  private final ScimTransport transport = new ScimTransport(Clock.systemUTC());
  private ServerOptions options;
  private KeycloakTransactions transactions;
  private Dispatcher dispatcher;
  private volatile MarkRecorder recorder;

  /** Empty where the operator has switched the provider off. */
  public static Optional<Connector> of(KeycloakSessionFactory factory) {
    return Optional.ofNullable(
        (Connector) factory.getProviderFactory(ScimEndpointProvider.class, ID));
  }

  /** Empty while the server is still putting its providers together. */
  public Optional<MarkRecorder> recorder() {
    return Optional.ofNullable(recorder);
  }

  public ServerOptions options() {
    return options;
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
    dispatcher = new Dispatcher(factory, transactions, ID, options.allowedHosts(), transport);
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
  public String getHelpText() {
    return "Provisions the users and groups of this realm to a SCIM 2.0 receiver.";
  }

  @Override
  public List<ProviderConfigProperty> getConfigProperties() {
    return EndpointConfig.properties();
  }

  @Override
  public Map<String, String> getOperationalInfo() {
    return Map.of("version", Version.CURRENT);
  }

  @Override
  public ScimEndpointProvider create(KeycloakSession session, ComponentModel model) {
    Endpoint endpoint = endpoint(model.getParentId(), model);
    return () -> endpoint;
  }

  @Override
  public void validateConfiguration(
      KeycloakSession session, RealmModel realm, ComponentModel model) {
    if (realm.getName().equals(Config.getAdminRealm())) {
      throw new ComponentValidationException(
          "The administrators' realm is never provisioned; create the component in another realm");
    }
    endpoint(realm.getId(), model);
  }

  @Override
  public void onCreate(KeycloakSession session, RealmModel realm, ComponentModel model) {
    recorder.endpointsChanged(session);
  }

  @Override
  public void onUpdate(
      KeycloakSession session, RealmModel realm, ComponentModel before, ComponentModel after) {
    recorder.endpointsChanged(session);
    // What changed while it was disabled was not marked; other changes the dispatcher sees itself.
    if (EndpointConfig.isEnabled(after) && !EndpointConfig.isEnabled(before)) {
      recorder.record(session, realm.getId(), after.getId(), Change.realm("ENABLED"));
    }
  }

  @Override
  public void preRemove(KeycloakSession session, RealmModel realm, ComponentModel model) {
    recorder.endpointRemoved(session, model.getId());
  }

  private static Endpoint endpoint(String realmId, ComponentModel model) {
    try {
      return Endpoint.of(model.getId(), realmId, model.getName(), model.getConfig());
    } catch (InvalidEndpointException malformed) {
      throw new ComponentValidationException(verbatim(malformed.getMessage()));
    }
  }

  /** The Admin API takes such messages for patterns of {@link java.text.MessageFormat}. */
  private static String verbatim(String message) {
    return message.replace("'", "''").replace("{", "'{'").replace("}", "'}'");
  }
}
