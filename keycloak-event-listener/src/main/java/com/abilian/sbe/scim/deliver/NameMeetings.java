package com.abilian.sbe.scim.deliver;

import com.abilian.sbe.scim.client.EndpointFault;
import com.abilian.sbe.scim.client.ResourceFault;
import com.abilian.sbe.scim.deliver.NameChains.Met;
import com.abilian.sbe.scim.deliver.NameHolders.Holder;
import com.abilian.sbe.scim.endpoint.Endpoint;
import com.abilian.sbe.scim.project.Link;
import com.abilian.sbe.scim.project.ResourceType;
import com.abilian.sbe.scim.project.ScimResource;
import com.abilian.sbe.scim.store.Stores;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BiPredicate;
import java.util.stream.Collectors;
import org.jboss.logging.Logger;

/** Finds out which of the endpoint's own resources those met that were refused for their names. */
final class NameMeetings {

  private static final Logger LOG = Logger.getLogger(NameMeetings.class);

  private final Stores stores;
  private final Endpoint endpoint;
  private final NameHolders holders;
  private final WantedNames names;

  /** Whether a resource has given up all of these attributes, and is not asked for them again. */
  private final BiPredicate<ResourceKey, Set<String>> yielded;

  private final Set<ResourceKey> stuck = new HashSet<>();

  NameMeetings(
      Stores stores,
      Endpoint endpoint,
      NameHolders holders,
      WantedNames names,
      BiPredicate<ResourceKey, Set<String>> yielded) {
    this.stores = stores;
    this.endpoint = endpoint;
    this.holders = holders;
    this.names = names;
    this.yielded = yielded;
  }

  /** Whether one that was met does not let go by itself. */
  boolean isStuck(ResourceKey holder) {
    return stuck.contains(holder);
  }

  /**
   * What a refused resource met.
   *
   * @param again whether it was refused before, so that nobody else's turn comes first
   */
  List<Met> of(ScimResource wanted, boolean again) throws EndpointFault, InterruptedException {
    Map<ResourceKey, Set<String>> attributes = new LinkedHashMap<>();
    Map<ResourceKey, String> at = new HashMap<>();
    for (Holder holder : asked(wanted)) {
      ResourceKey other = new ResourceKey(wanted.type(), holder.resourceId());
      attributes.computeIfAbsent(other, key -> new TreeSet<>()).add(holder.attribute());
      at.put(other, holder.remoteId());
    }
    Map<String, Link> links = links(wanted.type(), attributes.keySet());
    Map<ResourceKey, ScimResource> right = names.of(attributes.keySet());
    List<Met> met = new ArrayList<>();
    attributes.forEach(
        (other, which) -> {
          Link link = links.get(other.id());
          if (link == null || link.isForeign() || !at.get(other).equals(link.remoteId())) {
            return;
          }
          boolean stale =
              right.containsKey(other)
                  && !link.holdsAttributes(right.get(other))
                  && !yielded.test(other, which);
          met.add(new Met(other, which, stale));
          if (again || link.attempts() > 0 || link.hasLeft()) {
            stuck.add(other);
          }
        });
    if (met.isEmpty() && wanted.type() == ResourceType.GROUP) {
      names.twins(wanted).forEach(twin -> met.add(new Met(twin, Set.of(), false)));
    }
    return met;
  }

  private List<Holder> asked(ScimResource wanted) throws EndpointFault, InterruptedException {
    try {
      return holders.of(wanted);
    } catch (ResourceFault unanswered) {
      LOG.debugf("Endpoint %s, %s: %s", endpoint.id(), wanted, unanswered.getMessage());
      return List.of();
    }
  }

  private Map<String, Link> links(ResourceType type, Set<ResourceKey> keys) {
    Set<String> ids = keys.stream().map(ResourceKey::id).collect(Collectors.toSet());
    return stores.transactions().call(c -> stores.links().find(c, endpoint.id(), type, ids));
  }
}
