package com.abilian.sbe.scim.admin;

import com.abilian.sbe.scim.project.GroupTree;
import com.abilian.sbe.scim.project.ResourceType;
import com.abilian.sbe.scim.project.UserNeeds;
import com.abilian.sbe.scim.project.UserState;
import com.abilian.sbe.scim.store.EndpointStore;
import com.abilian.sbe.scim.store.EndpointStore.Health;
import com.abilian.sbe.scim.store.RealmReader;
import com.abilian.sbe.scim.store.Run;
import com.abilian.sbe.scim.store.Run.Action;
import com.abilian.sbe.scim.store.RunStore;
import com.abilian.sbe.scim.store.Tables;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Reads runs of a realm from the tables, so that any node can tell them. */
final class RunReader {

  /** Resources that are told one by one, for each action. */
  private static final int SHOWN = 200;

  private final RunStore runs;
  private final EndpointStore endpoints;
  private final RealmReader realms;

  RunReader(Tables tables) {
    this.runs = new RunStore(tables);
    this.endpoints = new EndpointStore(tables);
    this.realms = new RealmReader(tables);
  }

  /** With the first resources that it found. */
  Optional<RunStatus> read(Connection connection, String realmId, String id) throws SQLException {
    Optional<Run> run = runs.find(connection, realmId, id);
    return run.isEmpty()
        ? Optional.empty()
        : Optional.of(status(connection, run.get(), items(connection, realmId, id)));
  }

  /** The endpoint's last run that was to change something, without them; null where none was. */
  RunStatus latest(Connection connection, String endpointId) throws SQLException {
    Optional<Run> run = runs.latest(connection, endpointId);
    return run.isEmpty() ? null : status(connection, run.get(), null);
  }

  private RunStatus status(Connection connection, Run run, List<RunStatus.Item> items)
      throws SQLException {
    String waiting =
        run.hasEnded()
            ? null
            : endpoints.find(connection, run.endpointId()).map(Health::reason).orElse(null);
    return new RunStatus(
        run.id(),
        run.endpointId(),
        run.cause(),
        run.dryRun(),
        lower(run.phase()),
        run.createdAt(),
        run.startedAt(),
        run.endedAt(),
        run.failure(),
        waiting,
        counts(run),
        run.held(),
        items);
  }

  private static Map<String, Integer> counts(Run run) {
    Map<String, Integer> counts = new LinkedHashMap<>();
    Arrays.stream(Action.values()).forEach(one -> counts.put(lower(one), run.count(one)));
    return counts;
  }

  private List<RunStatus.Item> items(Connection connection, String realmId, String id)
      throws SQLException {
    List<Run.Item> items = first(runs.items(connection, id));
    Set<String> users =
        items.stream()
            .filter(item -> item.type() == ResourceType.USER)
            .map(Run.Item::resourceId)
            .filter(Objects::nonNull)
            .collect(Collectors.toSet());
    // By SQL: to ask Keycloak for a person of a directory may change that person.
    Map<String, UserState> people = realms.users(connection, realmId, users, UserNeeds.NONE);
    GroupTree groups = realms.groups(connection, realmId);
    return items.stream().map(item -> told(item, people, groups)).toList();
  }

  /** So many of each action. */
  private static List<Run.Item> first(List<Run.Item> items) {
    return items.stream()
        .collect(Collectors.groupingBy(Run.Item::action, TreeMap::new, Collectors.toList()))
        .values()
        .stream()
        .flatMap(some -> some.stream().limit(SHOWN))
        .toList();
  }

  private static RunStatus.Item told(
      Run.Item item, Map<String, UserState> people, GroupTree groups) {
    String id = item.resourceId();
    String name = null;
    if (id != null && people.containsKey(id)) {
      name = people.get(id).username();
    } else if (id != null && groups.contains(id)) {
      name = groups.path(id);
    }
    return new RunStatus.Item(lower(item.action()), item.type().name(), id, name, item.remoteId());
  }

  private static String lower(Enum<?> one) {
    return one.name().toLowerCase(Locale.ROOT);
  }
}
