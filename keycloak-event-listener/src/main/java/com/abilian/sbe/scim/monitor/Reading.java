package com.abilian.sbe.scim.monitor;

import com.abilian.sbe.scim.endpoint.Endpoint;
import com.abilian.sbe.scim.store.DirectoryStore;
import com.abilian.sbe.scim.store.EndpointReport;
import com.abilian.sbe.scim.store.EndpointStore.Health;
import com.abilian.sbe.scim.store.EndpointStore.State;
import com.abilian.sbe.scim.store.Run;
import com.abilian.sbe.scim.store.Stores;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/**
 * An endpoint at one moment, as its node has read it from the tables.
 *
 * @param at epoch milliseconds
 * @param paused whether an administrator has paused it
 * @param runs those that were to change something, oldest first
 * @param failingSince of the directory that has failed for longest, epoch milliseconds; null where
 *     all answer
 */
record Reading(
    long at,
    EndpointReport.Figures figures,
    Health health,
    boolean paused,
    List<Run> runs,
    Long failingSince) {

  static Reading of(Connection connection, Stores stores, Endpoint endpoint, long now)
      throws SQLException {
    String id = endpoint.id();
    return new Reading(
        now,
        stores.report().figures(connection, id),
        stores.endpoints().find(connection, id).orElse(new Health(State.OK, null, 0, null, null)),
        endpoint.paused(),
        stores.runs().all(connection, id).stream().filter(run -> !run.dryRun()).toList(),
        stores.directories().states(connection, Set.of(endpoint.realmId())).values().stream()
            .map(DirectoryStore.State::failingSince)
            .filter(Objects::nonNull)
            .min(Long::compare)
            .orElse(null));
  }

  boolean isRunning() {
    return runs.stream().anyMatch(run -> run.startedAt() != null && !run.hasEnded());
  }

  /** The last run that has ended; null where none has. */
  Run lastRun() {
    return runs.stream().filter(Run::hasEnded).reduce((first, second) -> second).orElse(null);
  }
}
