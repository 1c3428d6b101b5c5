package com.abilian.sbe.scim.faults;

import org.jboss.logging.Logger;
import org.keycloak.events.Event;
import org.keycloak.events.EventListenerProvider;
import org.keycloak.events.admin.AdminEvent;
import org.keycloak.models.AbstractKeycloakTransaction;
import org.keycloak.models.KeycloakSession;

/** Rolls back every change whose representation carries {@link #MARKER}, in its prepare phase. */
final class RollbackListener implements EventListenerProvider {

  static final String MARKER = "fail-before-commit";

  private static final Logger LOG = Logger.getLogger(RollbackListener.class);

  private final KeycloakSession session;

  RollbackListener(KeycloakSession session) {
    this.session = session;
  }

  @Override
  public void onEvent(AdminEvent event, boolean includeRepresentation) {
    String representation = event.getRepresentation();
    if (representation != null && representation.contains(MARKER)) {
      session.getTransactionManager().enlistPrepare(new FailingStep());
    }
  }

  @Override
  public void onEvent(Event event) {}

  @Override
  public void close() {}

  private final class FailingStep extends AbstractKeycloakTransaction {

    @Override
    protected void commitImpl() {
      // Tells the test whether the connector had already written when the change failed.
      Object marks = Sql.run(session, "SELECT COUNT(*) FROM SBE_SCIM_MARK").get(0).get(0);
      LOG.infof("fault: the change fails with %s marks written", marks);
      throw new IllegalStateException("fault asked for by a test");
    }

    @Override
    protected void rollbackImpl() {}
  }
}
