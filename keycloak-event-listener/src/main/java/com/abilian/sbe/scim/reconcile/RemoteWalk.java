package com.abilian.sbe.scim.reconcile;

import com.abilian.sbe.scim.client.EndpointFault;
import com.abilian.sbe.scim.client.MemoryBudget;
import com.abilian.sbe.scim.client.ResourceFault;
import com.abilian.sbe.scim.client.ScimAnswer;
import com.abilian.sbe.scim.client.ScimClient;
import com.abilian.sbe.scim.project.Link;
import com.abilian.sbe.scim.project.ResourceType;
import com.abilian.sbe.scim.project.ScimResource;
import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Goes through what the receiver has, by its lists, and remembers what a run needs of it. A
 * resource that was seen is there; one that was not seen may be there all the same, since pages by
 * number shift where somebody is deleted meanwhile.
 */
final class RemoteWalk {

  /** Resources of one page: a few hundredths of a second, so that no change waits for it. */
  private static final int PAGE = 500;

  /** A list that does not end is no list. */
  private static final int MOST = 4_000_000;

  private static final Duration LONGEST = Duration.ofHours(1);

  /** What is remembered of a resource, beside the characters of its names. */
  private static final int WEIGHT = 300;

  /** Which of these ids are Keycloak's, or have a link. */
  @FunctionalInterface
  interface Known {
    Set<String> among(ResourceType type, Collection<String> externalIds);
  }

  /**
   * A resource in a list.
   *
   * @param version null where the receiver tells none
   * @param active null where it does not say
   * @param key {@code userName} or {@code displayName}; null where the version tells enough
   */
  private record Seen(String version, Boolean active, String key) {}

  /**
   * A resource that belongs to nobody in Keycloak.
   *
   * @param externalId null where it has none
   */
  record Stranger(ResourceType type, String externalId, String remoteId) {}

  /** What the lists of one type held. */
  private static final class Held {
    private final Map<String, Seen> seen = new HashMap<>();
    private final Map<String, String> ours = new HashMap<>();
    private final Map<String, String> ownerless = new HashMap<>();

    void clear() {
      seen.clear();
      ours.clear();
      ownerless.clear();
    }
  }

  private final ScimClient client;
  private final MemoryBudget memory;
  private final long startedAt;
  private final Map<ResourceType, Held> held = new EnumMap<>(ResourceType.class);
  private final List<Stranger> strangers = new ArrayList<>();
  private final List<Stranger> doubles = new ArrayList<>();
  private final Set<String> adopted = new HashSet<>();
  private ResourceType reading = ResourceType.USER;
  private int first = 1;
  private boolean ours;
  private long weight;

  /**
   * @param memory of this endpoint, for what is remembered until {@link #forget}
   * @param startedAt epoch milliseconds: what is delivered later is not judged by these lists
   */
  RemoteWalk(ScimClient client, MemoryBudget memory, long startedAt) {
    this.client = client;
    this.memory = memory;
    this.startedAt = startedAt;
    for (ResourceType type : ResourceType.values()) {
      held.put(type, new Held());
    }
  }

  boolean isComplete() {
    return reading == null;
  }

  /** Whether the lists hold nobody's resources but this endpoint's. */
  boolean isOurs() {
    return ours;
  }

  /** Gives the memory back; nothing is known of the lists any more. */
  void forget() {
    memory.give(weight);
    weight = 0;
    held.values().forEach(Held::clear);
    strangers.clear();
    doubles.clear();
  }

  /** Whether reading has taken so long that it holds memory for nothing. */
  boolean isStale(long now) {
    return !isComplete() && now - startedAt > LONGEST.toMillis();
  }

  /** Reads the next page. */
  void next(Known known) throws EndpointFault, ResourceFault, InterruptedException {
    if (first == 1) {
      ours = client.standing() != null;
    }
    String attributes = "externalId,active,meta.version," + reading.key();
    JsonNode answer = client.all(reading, attributes, first, PAGE);
    JsonNode page = answer.path("Resources");
    boolean something = take(page, known);
    first += page.size();
    if (!something || first > answer.path("totalResults").asLong(Long.MAX_VALUE)) {
      reading = reading == ResourceType.USER ? ResourceType.GROUP : null;
      first = 1;
    } else if (first > MOST) {
      throw refused("does not end");
    }
  }

  private ResourceFault refused(String why) {
    return new ResourceFault(
        ResourceFault.Kind.REFUSED, null, "the list of " + reading.endpoint() + ' ' + why);
  }

  /** Whether a resource is in the page that was in none before. */
  private boolean take(JsonNode page, Known known) throws ResourceFault {
    Held all = held.get(reading);
    Map<String, JsonNode> fresh = new HashMap<>();
    for (JsonNode resource : page) {
      String id = ScimAnswer.id(resource);
      if (id != null && all.seen.put(id, seen(resource)) == null) {
        fresh.put(id, resource);
      }
    }
    for (JsonNode resource : fresh.values()) {
      remember(WEIGHT + characters(resource));
    }
    Set<String> externalIds = new HashSet<>();
    fresh.values().forEach(resource -> externalIds.add(externalId(resource)));
    externalIds.remove("");
    Set<String> ours = known.among(reading, externalIds);
    fresh.forEach((id, resource) -> sort(all, id, resource, ours));
    return !fresh.isEmpty();
  }

  private void remember(long bytes) throws ResourceFault {
    if (!memory.take(bytes)) {
      throw refused("is longer than this server has memory for");
    }
    weight += bytes;
  }

  private long characters(JsonNode resource) {
    return 2L
        * (resource.path("id").asText("").length()
            + externalId(resource).length()
            + resource.path("meta").path("version").asText("").length()
            + resource.path(reading.key()).asText("").length());
  }

  private void sort(Held all, String id, JsonNode resource, Set<String> ours) {
    String externalId = externalId(resource);
    if (externalId.isEmpty()) {
      all.ownerless.put(resource.path(reading.key()).asText(), id);
    } else if (!ours.contains(externalId)) {
      strangers.add(new Stranger(reading, externalId, id));
    } else if (all.ours.putIfAbsent(externalId, id) != null) {
      doubles.add(new Stranger(reading, externalId, id));
    }
  }

  private Seen seen(JsonNode resource) {
    JsonNode active = resource.path("active");
    String version = ScimAnswer.version(resource);
    String key = version == null ? resource.path(reading.key()).asText(null) : null;
    return new Seen(version, active.isBoolean() ? active.asBoolean() : null, key);
  }

  private static String externalId(JsonNode resource) {
    return resource.path("externalId").asText("");
  }

  /** The id of the one that would be adopted for {@code wanted}; null where there is none. */
  String adoptable(ScimResource wanted) {
    Held all = held.get(wanted.type());
    String ours = all.ours.get(wanted.externalId());
    if (ours != null) {
      return ours;
    }
    String ownerless = all.ownerless.get(wanted.key());
    if (ownerless != null) {
      adopted.add(ownerless);
    }
    return ownerless;
  }

  /** What the lists tell of a resource that was sent as it should be. */
  enum Sight {
    /** As it was sent, as far as can be told. */
    SAME,
    OTHER,
    NOT_SEEN
  }

  Sight of(Link link, ScimResource wanted) {
    if (link.lookAt() != null || link.lastOkAt() == null || link.lastOkAt() >= startedAt) {
      return Sight.SAME;
    }
    Seen seen = held.get(link.type()).seen.get(link.remoteId());
    if (seen == null) {
      return Sight.NOT_SEEN;
    }
    boolean otherVersion =
        seen.version() != null
            && link.remote().version() != null
            && !seen.version().equals(link.remote().version());
    boolean otherActive = seen.active() != null && seen.active() != wanted.active();
    boolean otherName = seen.key() != null && !seen.key().equals(wanted.key());
    return otherVersion || otherActive || otherName ? Sight.OTHER : Sight.SAME;
  }

  /** Whether the lists show a user as active. */
  boolean isLetIn(Link link) {
    Seen seen = held.get(ResourceType.USER).seen.get(link.remoteId());
    boolean judged =
        link.lookAt() == null && link.lastOkAt() != null && link.lastOkAt() < startedAt;
    return judged && seen != null && Boolean.TRUE.equals(seen.active());
  }

  /** Those with an {@code externalId} that is nobody's. */
  List<Stranger> strangers() {
    return List.copyOf(strangers);
  }

  /** Those without one, save who would be adopted; and seconds of one that was seen before. */
  List<Stranger> leftAlone() {
    List<Stranger> found = new ArrayList<>(doubles);
    held.forEach(
        (type, all) ->
            all.ownerless.values().stream()
                .filter(id -> !adopted.contains(id))
                .forEach(id -> found.add(new Stranger(type, null, id))));
    return found;
  }
}
