package com.abilian.sbe.scim.directory;

import com.abilian.sbe.scim.store.DirectoryPeople.Origin;
import java.time.Clock;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.jboss.logging.Logger;

/**
 * Asks directories for people whom Keycloak no longer has. That Keycloak dropped somebody says
 * little: it obeys a filter that may be wrong.
 */
public final class Guard {

  private static final Logger LOG = Logger.getLogger(Guard.class);

  /** Deliveries do not wait again for a directory that has just kept them waiting. */
  private static final Duration PATIENCE = Duration.ofSeconds(15);

  private final Directories directories;
  private final Clock clock;

  /** Until when a directory is not asked, epoch milliseconds, by provider. */
  private final Map<String, Long> silent = new ConcurrentHashMap<>();

  public Guard(Directories directories, Clock clock) {
    this.directories = directories;
    this.clock = clock;
  }

  /** What is known of each of these people of a realm, by their ids in Keycloak. */
  public Map<String, Presence> ask(String realmId, Collection<Origin> people) {
    Map<String, Presence> found = new HashMap<>();
    people.stream()
        .collect(Collectors.groupingBy(Origin::providerId))
        .forEach((provider, some) -> found.putAll(ask(realmId, provider, some)));
    return found;
  }

  private Map<String, Presence> ask(String realmId, String providerId, List<Origin> people) {
    Map<String, Presence> found = new HashMap<>();
    Map<String, Presence> answer = Map.of();
    if (clock.millis() >= silent.getOrDefault(providerId, 0L)) {
      try {
        answer =
            directories.presence(
                realmId,
                providerId,
                people.stream().map(Origin::directoryId).collect(Collectors.toSet()));
        silent.remove(providerId);
      } catch (DirectoryException unanswered) {
        silent.put(providerId, clock.millis() + PATIENCE.toMillis());
        LOG.warnf(
            "Directory %s of realm %s: %s; nobody is removed for that",
            providerId, realmId, unanswered.getMessage());
      }
    }
    for (Origin one : people) {
      found.put(one.userId(), answer.getOrDefault(one.directoryId(), Presence.UNKNOWN));
    }
    return found;
  }
}
