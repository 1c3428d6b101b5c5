package com.abilian.sbe.scim.deliver;

import com.abilian.sbe.scim.endpoint.Endpoint;
import com.abilian.sbe.scim.project.GroupTree;
import com.abilian.sbe.scim.project.Projection;
import com.abilian.sbe.scim.project.ResourceType;
import com.abilian.sbe.scim.project.ScimResource;
import com.abilian.sbe.scim.project.UserNeeds;
import com.abilian.sbe.scim.store.Stores;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** Users and groups as they should be, members left aside. The groups are read once. */
final class WantedNames {

  private final Stores stores;
  private final Endpoint endpoint;
  private GroupTree tree;

  WantedNames(Stores stores, Endpoint endpoint) {
    this.stores = stores;
    this.endpoint = endpoint;
  }

  /** Those that Keycloak has. */
  Map<ResourceKey, ScimResource> of(Collection<ResourceKey> keys) {
    Map<ResourceKey, ScimResource> found = new HashMap<>();
    for (ResourceKey key : keys) {
      if (key.type() == ResourceType.GROUP && tree().contains(key.id())) {
        found.put(key, group(key.id()));
      }
    }
    Set<String> ids =
        keys.stream()
            .filter(key -> key.type() == ResourceType.USER)
            .map(ResourceKey::id)
            .collect(Collectors.toCollection(HashSet::new));
    if (!ids.isEmpty()) {
      UserNeeds needs = endpoint.mapping().needs();
      stores
          .transactions()
          .call(c -> stores.realms().users(c, endpoint.realmId(), ids, needs))
          .forEach(
              (id, user) ->
                  found.put(
                      new ResourceKey(ResourceType.USER, id),
                      Projection.user(user, endpoint.mapping())));
    }
    return found;
  }

  /** Other groups whose name differs from this one's in case or blanks at most. */
  List<ResourceKey> twins(ScimResource group) {
    return tree().ids().stream()
        .filter(id -> !id.equals(group.externalId()))
        .filter(id -> UniqueNames.alike(tree().path(id), group.key()))
        .map(id -> new ResourceKey(ResourceType.GROUP, id))
        .toList();
  }

  private ScimResource group(String id) {
    return Projection.group(id, tree().path(id), List.of());
  }

  private GroupTree tree() {
    if (tree == null) {
      tree = stores.transactions().call(c -> stores.realms().groups(c, endpoint.realmId()));
    }
    return tree;
  }
}
