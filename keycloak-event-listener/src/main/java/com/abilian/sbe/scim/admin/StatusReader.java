package com.abilian.sbe.scim.admin;

import com.abilian.sbe.scim.endpoint.EndpointConfig;
import com.abilian.sbe.scim.store.EndpointStore;
import com.abilian.sbe.scim.store.EndpointStore.Health;
import com.abilian.sbe.scim.store.EndpointStore.State;
import com.abilian.sbe.scim.store.LinkStore;
import com.abilian.sbe.scim.store.MarkStore;
import com.abilian.sbe.scim.store.Tables;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Locale;
import java.util.Objects;
import java.util.stream.Stream;
import org.keycloak.component.ComponentModel;

/** Reads an endpoint's status from the tables, so that any node can tell it. */
final class StatusReader {

  private final MarkStore marks;
  private final LinkStore links;
  private final EndpointStore endpoints;

  StatusReader(Tables tables) {
    this.marks = new MarkStore(tables);
    this.links = new LinkStore(tables);
    this.endpoints = new EndpointStore(tables);
  }

  EndpointStatus read(Connection connection, ComponentModel component) throws SQLException {
    String id = component.getId();
    MarkStore.Backlog backlog = marks.backlog(connection, id);
    LinkStore.Summary summary = links.summary(connection, id);
    Health health =
        endpoints.find(connection, id).orElse(new Health(State.OK, null, 0, null, null));
    int pending = backlog.count() + summary.retrying();
    Long oldest =
        Stream.of(backlog.oldest(), summary.oldest())
            .filter(Objects::nonNull)
            .min(Long::compare)
            .map(since -> Math.max(0, (System.currentTimeMillis() - since) / 1000))
            .orElse(null);
    return new EndpointStatus(
        id,
        component.getName(),
        component.get(EndpointConfig.URL),
        EndpointConfig.isEnabled(component),
        state(health.state(), pending),
        health.reason(),
        pending,
        oldest,
        summary.users(),
        summary.groups(),
        summary.parked(),
        backlog.foreign() + summary.foreign(),
        health.lastOkAt());
  }

  private static String state(State state, int pending) {
    if (state != State.OK) {
      return state.name().toLowerCase(Locale.ROOT);
    }
    return pending > 0 ? "delivering" : "idle";
  }
}
