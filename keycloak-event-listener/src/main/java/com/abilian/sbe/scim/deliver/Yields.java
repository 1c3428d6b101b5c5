package com.abilian.sbe.scim.deliver;

import com.abilian.sbe.scim.project.LinkState;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Which resources take a temporary name at their next delivery, and which have taken one. */
final class Yields {

  /** Attributes that get a temporary value. */
  private final Map<ResourceKey, Set<String>> next = new HashMap<>();

  /** Those given since a resource was accepted as it should be: it is not asked for them again. */
  private final Map<ResourceKey, Set<String>> given = new HashMap<>();

  /** Whether nobody is asked to. */
  boolean isEmpty() {
    return next.isEmpty();
  }

  /** The attributes that get a temporary value at the next delivery; null for none. */
  Set<String> next(ResourceKey key) {
    return next.get(key);
  }

  /** These attributes of these resources are to get a temporary value. */
  void ask(Map<ResourceKey, Set<String>> attributes) {
    next.putAll(attributes);
  }

  /** Whether the receiver has answered to a temporary name. */
  boolean isGiven(Outcome outcome) {
    return isAnswered(outcome) && next.containsKey(ResourceKey.of(outcome.before()));
  }

  /** Accepted, or refused as it is: what merely failed is tried again by its own delay. */
  private static boolean isAnswered(Outcome outcome) {
    return outcome.isDelivered() || outcome.after().state() == LinkState.PARKED;
  }

  /** Whether the resource has given up all of these, and is not asked for them again. */
  boolean hasGiven(ResourceKey key, Set<String> attributes) {
    return given.getOrDefault(key, Set.of()).containsAll(attributes);
  }

  /** Those of these outcomes that were temporary names; from now on they have been given. */
  Set<ResourceKey> taken(List<Outcome> attempted) {
    Set<ResourceKey> renamed = new HashSet<>();
    for (Outcome outcome : attempted) {
      ResourceKey key = ResourceKey.of(outcome.before());
      Set<String> attributes = isAnswered(outcome) ? next.remove(key) : null;
      if (attributes != null) {
        renamed.add(key);
        given.computeIfAbsent(key, none -> new HashSet<>()).addAll(attributes);
      } else if (outcome.isDelivered()) {
        given.remove(key);
      }
    }
    return renamed;
  }
}
