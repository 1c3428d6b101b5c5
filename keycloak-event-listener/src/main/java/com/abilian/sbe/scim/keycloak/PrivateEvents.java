package com.abilian.sbe.scim.keycloak;

import java.util.Optional;
import org.keycloak.models.KeycloakSession;
import org.keycloak.models.utils.PostMigrationEvent;
import org.keycloak.models.workflow.ResourceType;
import org.keycloak.models.workflow.WorkflowProviderEvent.WorkflowStepExecutedEvent;
import org.keycloak.provider.ProviderEvent;
import org.keycloak.storage.PartialImportRealmFromRepresentationEvent;

/** Provider events whose classes are Keycloak's own. */
public final class PrivateEvents {

  /** A partial import into a realm, seen by a session. */
  public record PartialImport(KeycloakSession session, String realmId) {}

  /** A step of a workflow, done for a user. */
  public record WorkflowStep(KeycloakSession session, String realmId, String userId) {}

  /** The type of {@link #workflowStep}, which older servers lack. */
  public static final String WORKFLOW_STEP =
      "org.keycloak.models.workflow.WorkflowProviderEvent$WorkflowStepExecutedEvent";

  private PrivateEvents() {}

  /** Whether the server has started: its database is ready. */
  public static boolean isStart(ProviderEvent event) {
    return event instanceof PostMigrationEvent;
  }

  /** Deprecated upstream without a successor; it is what tells of a partial import as a whole. */
  @SuppressWarnings("deprecation")
  public static Optional<PartialImport> partialImport(ProviderEvent event) {
    return event instanceof PartialImportRealmFromRepresentationEvent partial
        ? Optional.of(new PartialImport(partial.getSession(), partial.getRealm().getId()))
        : Optional.empty();
  }

  /**
   * Only where the server has {@link #WORKFLOW_STEP}: what a step changed raises no other event.
   */
  public static Optional<WorkflowStep> workflowStep(ProviderEvent event) {
    return Workflows.step(event);
  }

  /** Apart, since older servers lack its classes. */
  private static final class Workflows {

    private Workflows() {}

    static Optional<WorkflowStep> step(ProviderEvent event) {
      return event instanceof WorkflowStepExecutedEvent done
              && done.getResourceType() == ResourceType.USERS
          ? Optional.of(
              new WorkflowStep(
                  done.getKeycloakSession(), done.getRealm().getId(), done.getResourceId()))
          : Optional.empty();
    }
  }
}
