package com.abilian.sbe.scim;

import com.abilian.sbe.scim.capture.HostApprovals;
import com.abilian.sbe.scim.endpoint.Endpoint;
import com.abilian.sbe.scim.endpoint.EndpointConfig;
import com.abilian.sbe.scim.endpoint.InvalidEndpointException;
import com.abilian.sbe.scim.endpoint.LearntHosts;
import com.abilian.sbe.scim.endpoint.ScimEndpointProvider;
import com.abilian.sbe.scim.endpoint.ScimEndpointProviderFactory;
import com.abilian.sbe.scim.endpoint.StoredSecrets;
import com.abilian.sbe.scim.keycloak.EventListenerFactory;
import com.abilian.sbe.scim.keycloak.KeycloakTransactions;
import com.abilian.sbe.scim.mark.Change;
import com.abilian.sbe.scim.mark.MarkRecorder;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jboss.logging.Logger;
import org.keycloak.Config;
import org.keycloak.component.ComponentModel;
import org.keycloak.component.ComponentValidationException;
import org.keycloak.models.KeycloakSession;
import org.keycloak.models.KeycloakSessionFactory;
import org.keycloak.models.RealmModel;
import org.keycloak.provider.ProviderConfigProperty;

/**
 * The realms' components. It is present as long as the JAR is, even if the connector is switched
 * off: secrets are still kept out of components, masked and deleted.
 */
public final class EndpointFactory implements ScimEndpointProviderFactory {

  private static final Logger LOG = Logger.getLogger(EndpointFactory.class);

  private StoredSecrets secrets;
  private LearntHosts hosts;
  private volatile MarkRecorder recorder;

  /** Empty where the operator has switched the components off. */
  static Optional<EndpointFactory> of(KeycloakSessionFactory factory) {
    return Optional.ofNullable(
        (EndpointFactory)
            factory.getProviderFactory(ScimEndpointProvider.class, ScimEndpointProvider.ID));
  }

  /** From now on changes of endpoints are marked; never where the connector is switched off. */
  void recordBy(MarkRecorder marks) {
    recorder = marks;
  }

  @Override
  public String getId() {
    return ScimEndpointProvider.ID;
  }

  @Override
  public void init(Config.Scope scope) {}

  @Override
  public void postInit(KeycloakSessionFactory factory) {
    KeycloakTransactions transactions = new KeycloakTransactions(factory);
    secrets = new StoredSecrets(transactions);
    hosts = new LearntHosts(transactions);
    EventListenerFactory.of(factory).ifPresent(listener -> listener.tell(new HostApprovals(hosts)));
    factory.register(
        event -> {
          if (event instanceof RealmModel.RealmRemovedEvent removed) {
            forgetRealm(removed.getKeycloakSession(), removed.getRealm().getId());
          }
        });
  }

  @Override
  public void close() {}

  @Override
  public String getHelpText() {
    return "Provisions the users and groups of this realm to a SCIM 2.0 receiver.";
  }

  @Override
  public List<ProviderConfigProperty> getConfigProperties() {
    return EndpointConfig.properties();
  }

  @Override
  public ScimEndpointProvider create(KeycloakSession session, ComponentModel model) {
    Endpoint endpoint = endpoint(model.getParentId(), model);
    return () -> endpoint;
  }

  /** Also called for each component of an imported realm; an import calls nothing else. */
  @Override
  public void validateConfiguration(
      KeycloakSession session, RealmModel realm, ComponentModel model) {
    if (realm.getName().equals(Config.getAdminRealm())) {
      throw new ComponentValidationException(
          "The administrators' realm is never provisioned; create the component in another realm");
    }
    verifyPlace(realm, model);
    secrets.takeOut(session, model, endpoint(realm.getId(), model));
  }

  /**
   * What is elsewhere, or has no name, would be sent to, and no administrator could see or stop it.
   */
  private static void verifyPlace(RealmModel realm, ComponentModel model) {
    if (model.getParentId() != null && !model.getParentId().equals(realm.getId())) {
      throw new ComponentValidationException(
          "parentId: give the id of the realm, or leave it out; the component belongs to the realm");
    }
    if (model.getName() == null || model.getName().isBlank()) {
      throw new ComponentValidationException(
          "name: is required; commands find the component by it");
    }
  }

  @Override
  public void onCreate(KeycloakSession session, RealmModel realm, ComponentModel model) {
    recorded(marks -> marks.endpointsChanged(session));
  }

  @Override
  public void onUpdate(
      KeycloakSession session, RealmModel realm, ComponentModel before, ComponentModel after) {
    recorded(
        marks -> {
          marks.endpointsChanged(session);
          // What changed while it was disabled was not marked; the dispatcher sees all else.
          if (EndpointConfig.isEnabled(after) && !EndpointConfig.isEnabled(before)) {
            marks.record(session, realm.getId(), after.getId(), Change.realm("ENABLED"));
          }
        });
  }

  @Override
  public void preRemove(KeycloakSession session, RealmModel realm, ComponentModel model) {
    forgetting(
        () -> {
          secrets.forget(session, model.getId());
          hosts.forget(session, model.getId());
        });
    recorded(marks -> marks.endpointRemoved(session, model.getId()));
  }

  private void forgetRealm(KeycloakSession session, String realmId) {
    forgetting(
        () -> {
          secrets.forgetRealm(session, realmId);
          hosts.forgetRealm(session, realmId);
        });
  }

  /**
   * It must not fail the removal; rows that remain have no owner and are deleted at the next start.
   */
  private static void forgetting(Runnable action) {
    try {
      action.run();
    } catch (RuntimeException | LinkageError failure) {
      LOG.error("Secrets and hosts of what is removed are left until the next start", failure);
    }
  }

  private void recorded(Consumer<MarkRecorder> action) {
    Optional.ofNullable(recorder).ifPresent(action);
  }

  private static Endpoint endpoint(String realmId, ComponentModel model) {
    try {
      return Endpoint.of(model.getId(), realmId, model.getName(), model.getConfig());
    } catch (InvalidEndpointException malformed) {
      throw new ComponentValidationException(verbatim(malformed.getMessage()));
    }
  }

  /** The Admin API formats such messages by {@link java.text.MessageFormat}. */
  private static String verbatim(String message) {
    return message.replace("'", "''").replace("{", "'{'").replace("}", "'}'");
  }
}
