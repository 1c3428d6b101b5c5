package com.abilian.sbe.scim.deliver;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;

/** Who of those that wait for each other's names has to give one up. */
final class NameChains {

  /**
   * What a resource met that was refused.
   *
   * @param holder another resource of this endpoint
   * @param attributes in which it holds what the refused one should have
   * @param stale whether it should hold something else itself, as far as is known
   */
  record Met(ResourceKey holder, Set<String> attributes, boolean stale) {}

  private final Map<ResourceKey, List<Met>> met;
  private final Predicate<ResourceKey> stuck;
  private final Map<ResourceKey, Set<String>> yielding = new HashMap<>();

  private NameChains(Map<ResourceKey, List<Met>> met, Predicate<ResourceKey> stuck) {
    this.met = met;
    this.stuck = stuck;
  }

  /**
   * From each refused resource the chain of holders is followed: to the one where a ring closes, or
   * to one that nobody of these keeps from going but that does not go. One of each chain is enough:
   * the others follow it, one after the other.
   *
   * @param met by the resource that was refused
   * @param stuck whether one that is not refused now was before
   * @return attributes to give up, by resource
   */
  static Map<ResourceKey, Set<String>> yielding(
      Map<ResourceKey, List<Met>> met, Predicate<ResourceKey> stuck) {
    NameChains chains = new NameChains(met, stuck);
    met.values().forEach(some -> some.stream().filter(Met::stale).forEach(chains::follow));
    return chains.yielding;
  }

  private void follow(Met first) {
    Set<ResourceKey> passed = new HashSet<>();
    Met at = first;
    while (!yielding.containsKey(at.holder())) {
      Met next = next(at.holder());
      boolean end = next == null && (met.containsKey(at.holder()) || stuck.test(at.holder()));
      if (end || !passed.add(at.holder())) {
        yielding.put(at.holder(), new TreeSet<>(at.attributes()));
        return;
      }
      if (next == null) {
        return;
      }
      at = next;
    }
    yielding.get(at.holder()).addAll(at.attributes());
  }

  private Met next(ResourceKey refused) {
    return met.getOrDefault(refused, List.of()).stream()
        .filter(Met::stale)
        .findFirst()
        .orElse(null);
  }
}
