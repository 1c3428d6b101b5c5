package com.abilian.sbe.scim.schedule;

import com.abilian.sbe.scim.deliver.CircuitBreaker;
import com.abilian.sbe.scim.endpoint.Endpoint;
import com.abilian.sbe.scim.store.EndpointStore.State;
import com.abilian.sbe.scim.store.Stores;
import java.sql.Connection;
import java.sql.SQLException;
import org.jboss.logging.Logger;

/** Stores the state of one endpoint for the status, and logs when it becomes another. */
final class StateReporter {

  private static final Logger LOG = Logger.getLogger(StateReporter.class);

  private final Stores stores;
  private final Endpoint endpoint;
  private final CircuitBreaker breaker;
  private CircuitBreaker.Report reported;

  StateReporter(Stores stores, Endpoint endpoint, CircuitBreaker breaker) {
    this.stores = stores;
    this.endpoint = endpoint;
    this.breaker = breaker;
  }

  void report() {
    CircuitBreaker.Report now = breaker.report();
    if (now.equals(reported)) {
      return;
    }
    if (reported == null || now.state() != reported.state()) {
      log(now);
    }
    stores.transactions().change(endpoint.id(), connection -> store(connection, now));
    reported = now;
  }

  private void log(CircuitBreaker.Report now) {
    if (now.state() == State.OK) {
      LOG.infof("Endpoint %s of realm %s is delivered to", endpoint.id(), endpoint.realmId());
    } else {
      LOG.warnf("Endpoint %s is %s: %s", endpoint.id(), now.state(), now.reason());
    }
  }

  private void store(Connection connection, CircuitBreaker.Report now) throws SQLException {
    stores
        .endpoints()
        .saveState(
            connection, endpoint.id(), now.state(), now.reason(), now.attempts(), now.retryAt());
  }
}
