package com.abilian.sbe.scim.admin;

import com.abilian.sbe.scim.endpoint.EndpointConfig;
import com.abilian.sbe.scim.endpoint.WebhookConfig;
import com.abilian.sbe.scim.project.Standing;
import com.abilian.sbe.scim.store.AlarmStore;
import com.abilian.sbe.scim.store.EndpointReport;
import com.abilian.sbe.scim.store.EndpointStore;
import com.abilian.sbe.scim.store.EndpointStore.Basis;
import com.abilian.sbe.scim.store.EndpointStore.Health;
import com.abilian.sbe.scim.store.EndpointStore.State;
import com.abilian.sbe.scim.store.LeaseStore;
import com.abilian.sbe.scim.store.LinkReport;
import com.abilian.sbe.scim.store.LossStore;
import com.abilian.sbe.scim.store.NodeStore;
import com.abilian.sbe.scim.store.NodeStore.Node;
import com.abilian.sbe.scim.store.ScopeReader;
import com.abilian.sbe.scim.store.Tables;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.IntSummaryStatistics;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.keycloak.component.ComponentModel;

/** Reads an endpoint's status from the tables, so that any node can tell it. */
final class StatusReader {

  /** Refused resources that are told one by one. */
  private static final int SHOWN = 20;

  private static final String PAUSED = "an administrator has paused it";

  /** In which another node takes over. */
  private static final Duration GRACE = Duration.ofMinutes(1);

  private final EndpointReport report;
  private final LinkReport links;
  private final AlarmStore alarms;
  private final EndpointStore endpoints;
  private final NodeStore nodes;
  private final LeaseStore leases;
  private final RunReader runs;
  private final ScopeReader scopes;
  private final DirectoryReader directories;

  StatusReader(Tables tables) {
    this.report = new EndpointReport(tables);
    this.links = new LinkReport(tables);
    this.alarms = new AlarmStore(tables);
    this.endpoints = new EndpointStore(tables);
    this.nodes = new NodeStore(tables);
    this.leases = new LeaseStore(tables);
    this.runs = new RunReader(tables);
    this.scopes = new ScopeReader(tables);
    this.directories = new DirectoryReader(tables);
  }

  EndpointStatus read(Connection connection, ComponentModel component) throws SQLException {
    String id = component.getId();
    Moment moment = moment(connection, id);
    EndpointReport.Figures figures = moment.figures();
    LinkReport.Summary summary = figures.links();
    LossStore.Held held = figures.held();
    Health health =
        endpoints.find(connection, id).orElse(new Health(State.OK, null, 0, null, null));
    boolean paused = EndpointConfig.isPaused(component) && health.state() == State.OK;
    return new EndpointStatus(
        id,
        component.getName(),
        component.get(EndpointConfig.URL),
        EndpointConfig.isEnabled(component),
        paused ? "paused" : state(health.state(), figures.pending()),
        paused ? PAUSED : health.reason(),
        notice(connection, component),
        endpoints.standing(connection, id).map(Standing::shadow).orElse(false),
        leases.isHeld(connection, id, GRACE),
        figures.pending(),
        seconds(figures.oldest()),
        summary.users(),
        summary.groups(),
        summary.parked(),
        refused(connection, id),
        figures.foreign(),
        summary.stillIn(),
        seconds(summary.stillInSince()),
        held.count(),
        seconds(held.since()),
        causes(held),
        webhookFailure(connection, component),
        health.lastOkAt(),
        moment.lastRun(),
        directories.read(connection, component.getParentId(), id));
  }

  /** Figures, and the run in whose phase they were read. */
  private record Moment(EndpointReport.Figures figures, RunStatus lastRun) {}

  /**
   * A step of a run marks and goes on at once: figures read before it belong to the phase before.
   */
  private Moment moment(Connection connection, String id) throws SQLException {
    RunStatus before = runs.latest(connection, id);
    while (true) {
      EndpointReport.Figures figures = report.figures(connection, id);
      RunStatus after = runs.latest(connection, id);
      if (Objects.equals(phase(before), phase(after))) {
        return new Moment(figures, after);
      }
      before = after;
    }
  }

  private static List<String> phase(RunStatus run) {
    return run == null ? List.of() : List.of(run.id(), run.phase());
  }

  private String webhookFailure(Connection connection, ComponentModel component)
      throws SQLException {
    return WebhookConfig.of(component.getConfig()).isEmpty()
        ? null
        : alarms.tellings(connection, component.getId()).values().stream()
            .map(AlarmStore.Telling::failure)
            .filter(Objects::nonNull)
            .findFirst()
            .orElse(null);
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

  private static Map<String, Integer> causes(LossStore.Held held) {
    Map<String, Integer> causes = new LinkedHashMap<>();
    held.causes().forEach((cause, count) -> causes.put(cause.name(), count));
    return causes;
  }

  private String notice(Connection connection, ComponentModel component) throws SQLException {
    String id = component.getId();
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
    List<String> missing =
        scopes
            .inRealm(connection, component.getParentId(), EndpointConfig.scope(component))
            .missing();
    return missing.isEmpty()
        ? null
        : "this realm has no %s: who is in scope by that stays what they were, and nobody new comes in"
            .formatted(String.join(", no ", missing));
  }

  /** How long ago it was; null for null. */
  static Long seconds(Long since) {
    return since == null ? null : Math.max(0, (System.currentTimeMillis() - since) / 1000);
  }

  private static String state(State state, int pending) {
    if (state != State.OK) {
      return state.name().toLowerCase(Locale.ROOT);
    }
    return pending > 0 ? "delivering" : "idle";
  }
}
