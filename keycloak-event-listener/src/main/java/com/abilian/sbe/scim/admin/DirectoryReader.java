package com.abilian.sbe.scim.admin;

import com.abilian.sbe.scim.directory.Warnings;
import com.abilian.sbe.scim.store.DirectoryStore;
import com.abilian.sbe.scim.store.DirectoryStore.State;
import com.abilian.sbe.scim.store.EndpointStore;
import com.abilian.sbe.scim.store.FederationReader;
import com.abilian.sbe.scim.store.FederationReader.Configured;
import com.abilian.sbe.scim.store.Tables;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Reads how the directories of an endpoint's realm fare. */
final class DirectoryReader {

  private final DirectoryStore directories;
  private final FederationReader federations;
  private final EndpointStore endpoints;

  DirectoryReader(Tables tables) {
    this.directories = new DirectoryStore(tables);
    this.federations = new FederationReader(tables);
    this.endpoints = new EndpointStore(tables);
  }

  List<DirectoryStatus> read(Connection connection, String realmId, String endpointId)
      throws SQLException {
    List<Configured> all = federations.configured(connection);
    List<Configured> ours =
        all.stream()
            .filter(one -> one.kind().equals("ldap") && one.realmId().equals(realmId))
            .toList();
    if (ours.isEmpty()) {
      return List.of();
    }
    Map<String, State> states = directories.states(connection, Set.of(realmId));
    List<String> neighbours = endpoints.neighbours(connection, endpointId);
    return ours.stream()
        .map(
            provider ->
                status(
                    provider,
                    states.getOrDefault(provider.id(), State.unknown(provider.id())),
                    Warnings.of(provider, all, neighbours)))
        .toList();
  }

  private static DirectoryStatus status(Configured provider, State state, List<String> warnings) {
    return new DirectoryStatus(
        provider.name(),
        state.people(),
        state.takenAt() == 0 ? null : StatusReader.seconds(state.takenAt()),
        StatusReader.seconds(state.failingSince()),
        state.reason(),
        warnings);
  }
}
