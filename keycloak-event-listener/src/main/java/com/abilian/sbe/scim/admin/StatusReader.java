package com.abilian.sbe.scim.admin;

import com.abilian.sbe.scim.endpoint.EndpointConfig;
import com.abilian.sbe.scim.store.EndpointStore;
import com.abilian.sbe.scim.store.EndpointStore.Basis;
import com.abilian.sbe.scim.store.EndpointStore.Health;
import com.abilian.sbe.scim.store.EndpointStore.State;
import com.abilian.sbe.scim.store.LinkStore;
import com.abilian.sbe.scim.store.MarkStore;
import com.abilian.sbe.scim.store.NodeStore;
import com.abilian.sbe.scim.store.NodeStore.Node;
import com.abilian.sbe.scim.store.Tables;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.IntSummaryStatistics;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.stream.Stream;
import org.keycloak.component.ComponentModel;

/** Reads an endpoint's status from the tables, so that any node can tell it. */
final class StatusReader {

  /** Refused resources that are told one by one. */
  private static final int SHOWN = 20;

  private final MarkStore marks;
  private final LinkStore links;
  private final EndpointStore endpoints;
  private final NodeStore nodes;

  StatusReader(Tables tables) {
    this.marks = new MarkStore(tables);
    this.links = new LinkStore(tables);
    this.endpoints = new EndpointStore(tables);
    this.nodes = new NodeStore(tables);
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
            .orElse(null);
    return new EndpointStatus(
        id,
        component.getName(),
        component.get(EndpointConfig.URL),
        EndpointConfig.isEnabled(component),
        state(health.state(), pending),
        health.reason(),
        notice(connection, id),
        pending,
        seconds(oldest),
        summary.users(),
        summary.groups(),
        summary.parked(),
        refused(connection, id),
        backlog.foreign() + summary.foreign(),
        summary.stillIn(),
        seconds(summary.stillInSince()),
        health.lastOkAt());
  }

  private List<RefusedResource> refused(Connection connection, String id) throws SQLException {
    return links.refusals(connection, id, SHOWN).stream()
        .map(
            one ->
                new RefusedResource(
                    one.type().name(),
                    one.resourceId(),
                    one.error(),
                    one.blockedBy(),
                    seconds(one.since())))
        .toList();
  }

  private String notice(Connection connection, String id) throws SQLException {
    IntSummaryStatistics there =
        nodes.all(connection).stream().mapToInt(Node::revision).summaryStatistics();
    int before = endpoints.basis(connection, id).map(Basis::revision).orElse(0);
    if (endpoints.isDisputed(connection, id)) {
      return "nodes read different configurations of this endpoint; the node that delivers has put its own in force";
    }
    if (there.getMin() < there.getMax()) {
      return "nodes run different releases of the connector: those with the older one do not deliver";
    }
    if (there.getCount() > 0 && there.getMax() < before) {
      return "a newer release of the connector delivered before: what only that release sends is not kept up to date";
    }
    return null;
  }

  /** How long ago it was; null for null. */
  private static Long seconds(Long since) {
    return since == null ? null : Math.max(0, (System.currentTimeMillis() - since) / 1000);
  }

  private static String state(State state, int pending) {
    if (state != State.OK) {
      return state.name().toLowerCase(Locale.ROOT);
    }
    return pending > 0 ? "delivering" : "idle";
  }
}
