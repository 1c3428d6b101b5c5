package com.abilian.sbe.scim.mark;

import com.abilian.sbe.scim.endpoint.EndpointConfig;
import com.abilian.sbe.scim.store.EndpointStore;
import com.abilian.sbe.scim.store.Mark;
import com.abilian.sbe.scim.store.MarkStore;
import com.abilian.sbe.scim.store.RealmReader;
import com.abilian.sbe.scim.store.SessionTransactions;
import com.abilian.sbe.scim.store.Transactions;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import org.jboss.logging.Logger;
import org.keycloak.component.ComponentModel;
import org.keycloak.models.KeycloakSession;

/** Writes marks in the transaction of the change that causes them. */
public final class MarkRecorder {

  private static final Logger LOG = Logger.getLogger(MarkRecorder.class);

  private static final String ATTRIBUTE = MarkRecorder.class.getName();

  private final SessionTransactions transactions;
  private final boolean failOnLostMark;
  private final MarkListener listener;

  /**
   * @param failOnLostMark whether a change whose mark cannot be written is rolled back; otherwise
   *     marks are written right after the commit, and {@code listener} is told of a failure
   */
  public MarkRecorder(
      SessionTransactions transactions, boolean failOnLostMark, MarkListener listener) {
    this.transactions = transactions;
    this.failOnLostMark = failOnLostMark;
    this.listener = listener;
  }

  /** Marks {@code change} for every enabled endpoint of the realm that it concerns. */
  public void record(KeycloakSession session, String realmId, Change change) {
    if (!change.fits()) {
      // A path that another extension made up: its mark would fail all others of the transaction.
      LOG.errorf("Realm %s: a %s event names nothing that can be there", realmId, change.kind());
      return;
    }
    for (ComponentModel endpoint : EnabledEndpoints.of(session, realmId, change.ofRoles())) {
      SessionMarks marks = marks(session);
      marks.add(realmId, endpoint.getId(), change);
      if (change.concernsGroupsOfMany() && EndpointConfig.scope(endpoint).dependsOnGroups()) {
        marks.add(realmId, endpoint.getId(), Change.comparison("", change.cause()));
      }
    }
  }

  /** As above, for a group whose event does not say of which realm it is. */
  public void recordGroup(KeycloakSession session, String groupId, Change change) {
    RealmReader realms = new RealmReader(transactions.tables(session));
    transactions
        .withinFlushed(session, connection -> realms.realmOfGroup(connection, groupId))
        .ifPresent(realmId -> record(session, realmId, change));
  }

  /** Marks {@code change} for one endpoint, enabled or about to be. */
  public void record(KeycloakSession session, String realmId, String endpointId, Change change) {
    marks(session).add(realmId, endpointId, change);
  }

  /**
   * Makes the dispatcher read the endpoints' configuration after the commit of this transaction.
   */
  public void endpointsChanged(KeycloakSession session) {
    marks(session).endpointsChanged();
  }

  /** This endpoint is removed; if it comes back it needs a full sync. */
  public void endpointRemoved(KeycloakSession session, String endpointId) {
    endpointsChanged(session);
    requireFullSync(
        session, (endpoints, connection) -> endpoints.requireFullSync(connection, endpointId));
  }

  /** This realm is removed; endpoints that come back with it need a full sync. */
  public void realmRemoved(KeycloakSession session, String realmId) {
    marks(session).realmRemoved(realmId);
    requireFullSync(
        session, (endpoints, connection) -> endpoints.requireFullSyncOfRealm(connection, realmId));
  }

  private interface Requirement {
    void apply(EndpointStore endpoints, Connection connection) throws SQLException;
  }

  /**
   * In the transaction of the removal: whoever deletes a realm and imports it again under the same
   * ids may be quicker than the dispatcher, or do so while no server runs. It must not fail the
   * removal.
   */
  private void requireFullSync(KeycloakSession session, Requirement requirement) {
    try {
      EndpointStore endpoints = new EndpointStore(transactions.tables(session));
      Transactions.Action action = connection -> requirement.apply(endpoints, connection);
      if (session.getTransactionManager().isActive()) {
        transactions.runWithin(session, action);
      } else {
        transactions.run(action);
      }
    } catch (RuntimeException | LinkageError failure) {
      LOG.error("What is removed gets no full sync if it comes back at once", failure);
    }
  }

  private SessionMarks marks(KeycloakSession session) {
    SessionMarks marks = session.getAttribute(ATTRIBUTE, SessionMarks.class);
    if (marks == null) {
      marks =
          new SessionMarks(
              session.getTransactionManager(), writer(session), failOnLostMark, listener);
      session.setAttribute(ATTRIBUTE, marks);
    }
    return marks;
  }

  private MarkWriter writer(KeycloakSession session) {
    return new MarkWriter() {
      @Override
      public void within(List<Mark> marks) {
        transactions.runWithin(session, inserting(marks));
      }

      @Override
      public void apart(List<Mark> marks) {
        transactions.run(inserting(marks));
      }

      private Transactions.Action inserting(List<Mark> marks) {
        MarkStore store = new MarkStore(transactions.tables(session));
        return connection -> store.insert(connection, marks);
      }
    };
  }
}
