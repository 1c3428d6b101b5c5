package com.abilian.sbe.scim.monitor;

import com.abilian.sbe.scim.client.RequestListener;
import com.abilian.sbe.scim.endpoint.Endpoint;
import com.abilian.sbe.scim.store.Stores;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.jboss.logging.Logger;

/** Reads what the tables tell of the endpoints that this node delivers to, and shows it. */
public final class Monitor {

  private static final Logger LOG = Logger.getLogger(Monitor.class);

  /** Figures are no older where that costs little. */
  private static final Duration SHORTEST = Duration.ofSeconds(5);

  private static final Duration LONGEST = Duration.ofMinutes(1);

  /** Of one core: a large realm takes a while to count. */
  private static final int SHARE = 100;

  private final Meters meters;
  private final Clock clock;
  private final Map<String, Reading> readings = new HashMap<>();
  private long due;

  /** How long the last reading took, milliseconds: only two slow ones in a row are no chance. */
  private long before;

  /** The failure that was logged last: each is, once. */
  private volatile String known;

  Monitor(Meters meters, Clock clock) {
    this.meters = meters;
    this.clock = clock;
  }

  /** One that shows what it reads in the server's metrics, where it has any. */
  public static Monitor ofServer(String version, Clock clock) {
    return new Monitor(Meters.ofServer(version, clock), clock);
  }

  /**
   * The endpoints that are to be delivered to, by this node or another.
   *
   * @param realms names by the ids of endpoints
   * @param isHeld asked at any time whether this node delivers to an endpoint
   */
  public void keep(Map<String, String> realms, Predicate<String> isHeld) {
    guarded(() -> meters.keep(realms, isHeld));
  }

  /** Counts the requests to an endpoint. */
  public RequestListener requests(String endpointId) {
    RequestListener counting = meters.requests(endpointId);
    return (method, collection, verdict, took) ->
        guarded(() -> counting.ended(method, collection, verdict, took));
  }

  /**
   * Reads where it is time to, and somebody can see it.
   *
   * @param served the endpoints that this node delivers to
   */
  public void look(Map<Endpoint, Stores> served) {
    guarded(
        () -> {
          readings.keySet().retainAll(served.keySet().stream().map(Endpoint::id).toList());
          if (meters.areRead() && isDue(served.keySet())) {
            read(served);
          }
          meters.show(readings);
        });
  }

  private boolean isDue(Set<Endpoint> served) {
    return clock.millis() >= due
        || served.stream().anyMatch(endpoint -> !readings.containsKey(endpoint.id()));
  }

  private void read(Map<Endpoint, Stores> served) {
    long begun = clock.millis();
    served.forEach((endpoint, stores) -> guarded(() -> read(endpoint, stores)));
    long now = clock.millis();
    long pause = Math.min(now - begun, before) * SHARE;
    before = now - begun;
    due = now + Math.max(SHORTEST.toMillis(), Math.min(LONGEST.toMillis(), pause));
  }

  /** What cannot be read stays as it was, and grows old. */
  private void read(Endpoint endpoint, Stores stores) {
    long now = clock.millis();
    readings.put(
        endpoint.id(), stores.transactions().call(c -> Reading.of(c, stores, endpoint, now)));
  }

  /** Delivery goes on whatever becomes of its figures. */
  private void guarded(Runnable work) {
    try {
      work.run();
    } catch (RuntimeException | LinkageError failure) {
      if (!failure.toString().equals(known)) {
        known = failure.toString();
        LOG.error("Figures of the endpoints could not be read or shown", failure);
      }
    }
  }
}
