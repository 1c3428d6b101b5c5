package com.abilian.sbe.scim.reconcile;

import com.abilian.sbe.scim.client.EndpointFault;
import com.abilian.sbe.scim.client.ScimClient;
import com.abilian.sbe.scim.endpoint.Endpoint;
import com.abilian.sbe.scim.project.Standing;
import com.abilian.sbe.scim.store.Run;
import com.abilian.sbe.scim.store.Stores;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import org.jboss.logging.Logger;

/**
 * Asks for a run every night, and where one of both sides was set back to a backup: the receiver
 * has another database than before, or one that is younger or older than what is remembered of it.
 */
final class Occasions {

  private static final Logger LOG = Logger.getLogger(Occasions.class);

  private static final Duration EVERY = Duration.ofSeconds(60);

  /** Sooner after a delivery: what is remembered must be young where one side is set back. */
  private static final Duration AFTER_DELIVERY = Duration.ofSeconds(5);

  private final Stores stores;
  private final Endpoint endpoint;
  private final ScimClient client;
  private final Clock clock;
  private final long since;
  private long nextLook;

  /** What was stored last; null where this process has not looked yet. */
  private Standing remembered;

  Occasions(Stores stores, Endpoint endpoint, ScimClient client, Clock clock) {
    this.stores = stores;
    this.endpoint = endpoint;
    this.client = client;
    this.clock = clock;
    this.since = clock.millis();
  }

  /** Something was delivered. */
  void delivered() {
    nextLook = Math.min(nextLook, clock.millis() + AFTER_DELIVERY.toMillis());
  }

  /** Looks once a minute, and some seconds after a delivery. */
  void look() throws EndpointFault, InterruptedException {
    if (clock.millis() < nextLook) {
      return;
    }
    Standing told = client.standing();
    nextLook = clock.millis() + EVERY.toMillis();
    stores
        .transactions()
        .change(
            endpoint.id(),
            connection -> {
              night(connection);
              if (told != null && told.generationId() != null) {
                compare(connection, told);
              }
            });
    remembered = told;
  }

  private void night(Connection connection) throws SQLException {
    long last = stores.runs().latest(connection, endpoint.id()).map(Run::createdAt).orElse(since);
    if (Night.hasPassed(endpoint.id(), Math.max(last, since), clock)) {
      plan(connection, "NIGHTLY");
    }
  }

  private void compare(Connection connection, Standing told) throws SQLException {
    Standing stored = stores.endpoints().standing(connection, endpoint.id()).orElse(null);
    if (told.equals(stored)) {
      return;
    }
    boolean moved = stored != null && !told.isAt(stored);
    if (moved && isOlder(told, stored)) {
      LOG.warnf("Endpoint %s: the receiver was set back, or has another database", endpoint.id());
      plan(connection, "RECEIVER_RESTORED");
    } else if (moved && !stored.equals(remembered)) {
      LOG.warnf(
          "Endpoint %s: the receiver has changes that are not remembered here", endpoint.id());
      plan(connection, "KEYCLOAK_RESTORED");
    }
    stores.endpoints().saveStanding(connection, endpoint.id(), told);
  }

  private static boolean isOlder(Standing told, Standing stored) {
    return !told.generationId().equals(stored.generationId())
        || told.highestChange() < stored.highestChange();
  }

  private void plan(Connection connection, String cause) throws SQLException {
    stores.runs().plan(connection, endpoint.id(), endpoint.realmId(), cause);
  }
}
