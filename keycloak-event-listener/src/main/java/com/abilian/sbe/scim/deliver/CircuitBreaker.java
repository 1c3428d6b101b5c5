package com.abilian.sbe.scim.deliver;

import com.abilian.sbe.scim.client.EndpointFault;
import com.abilian.sbe.scim.store.EndpointStore.State;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.random.RandomGenerator;

/**
 * Stops deliveries to an endpoint that fails, and says how long a resource that failed has to wait.
 * One fault of the endpoint, or failures of several different resources with no success between
 * them, trip it; then one probe at a time decides. It lives in memory: after a restart everything
 * is tried at once.
 *
 * <p>A failure may be due to the receiver or to the resource. As long as nothing has been accepted
 * since a resource first failed, nobody can tell: it is tried again at least every five seconds, so
 * that a resource that failed only because of an outage is delivered soon after it. One that fails
 * again after the receiver accepted others is itself at fault: its delays grow, and it says nothing
 * about the endpoint, so that a few resources that always fail neither trip the breaker nor keep it
 * tripped.
 */
public final class CircuitBreaker {

  private static final int SUSPICIOUS = 3;

  /** A receiver that asks for a longer pause is probed after this one. */
  private static final Duration LONGEST = Duration.ofMinutes(5);

  private final Clock clock;
  private final RandomGenerator random;

  /** Failed since the breaker was reset or something was accepted. */
  private final Set<String> failing = new HashSet<>();

  /** Failed since something was accepted. */
  private final Set<String> suspects = new HashSet<>();

  /** Met a fault of the endpoint; no probe was answered since. */
  private final Set<String> accused = new HashSet<>();

  /** Met a fault of the endpoint; a probe was answered since. */
  private final Set<String> unlikeProbe = new HashSet<>();

  /** Failures of a resource since something else was accepted; only of those at fault. */
  private final Map<String, Integer> failuresSince = new HashMap<>();

  private State state = State.OK;
  private boolean tripped;
  private boolean faulty;
  private String reason;
  private int attempts;
  private long retryAt;

  public CircuitBreaker(Clock clock, RandomGenerator random) {
    this.clock = clock;
    this.random = random;
  }

  /** Whether nothing may be sent but a probe. */
  public synchronized boolean isTripped() {
    return tripped;
  }

  /** Whether it is time to probe an endpoint that failed. */
  public synchronized boolean probeDue() {
    return tripped && clock.millis() >= retryAt;
  }

  /** The receiver accepted this resource, or refused it with a reason. */
  public synchronized void succeeded(String resource) {
    failuresSince.remove(resource);
    accused.remove(resource);
    unlikeProbe.remove(resource);
    suspects.remove(resource);
    suspects.forEach(suspect -> failuresSince.put(suspect, 0));
    suspects.clear();
    failing.clear();
    recover();
  }

  /**
   * Nothing is left to send: an endpoint that answered a probe has recovered, unless it forbids one
   * resource and has accepted nothing since.
   */
  public synchronized void idle() {
    if (suspects.stream().noneMatch(unlikeProbe::contains)) {
      recover();
    }
  }

  private void recover() {
    if (!tripped) {
      state = State.OK;
      reason = null;
      attempts = 0;
      retryAt = 0;
    }
  }

  /**
   * @param attempt how often this resource has failed, this time included
   * @return how long to wait before the next attempt
   */
  public synchronized Duration failed(String resource, int attempt, String why) {
    Integer count = failuresSince.computeIfPresent(resource, (key, before) -> before + 1);
    if (count != null) {
      return Backoff.RESOURCE.delay(count, random);
    }
    suspects.add(resource);
    failing.add(resource);
    if (failing.size() >= SUSPICIOUS) {
      trip(State.RETRYING, failing.size() + " resources in a row failed, last: " + why, null);
    }
    return Backoff.SUSPECT.delay(attempt, random);
  }

  /**
   * As {@link #fault(EndpointFault)}, met by a request about this resource.
   *
   * @return whether it is the resource's own fault: it met one before, and a probe since then was
   *     answered. A filter in front of the receiver may forbid what it finds in one body
   */
  public synchronized boolean fault(EndpointFault fault, String resource) {
    if (fault.status() != null) {
      if (unlikeProbe.contains(resource)) {
        show(fault);
        return true;
      }
      accused.add(resource);
    }
    fault(fault);
    return false;
  }

  public synchronized void fault(EndpointFault fault) {
    faulty = true;
    show(fault);
    trip(state, reason, fault.retryAfter());
  }

  private void show(EndpointFault fault) {
    state = fault.needsOperator() ? State.PAUSED : State.RETRYING;
    reason = fault.getMessage();
  }

  /**
   * The probe was answered: resources may be sent again. Delays start anew only when one of them is
   * accepted, because a receiver may accept the probe and refuse them.
   *
   * @return whether an outage ended: a fault of the endpoint, if only of a probe, had tripped the
   *     breaker. Failures of resources alone prove no outage
   */
  public synchronized boolean probed() {
    boolean outage = faulty;
    faulty = false;
    tripped = false;
    failing.clear();
    unlikeProbe.addAll(accused);
    accused.clear();
    return outage;
  }

  /**
   * Several requests in flight that meet one outage count once. A receiver that asks to be tried
   * again at once gets no more requests than one that asks for nothing.
   */
  private void trip(State next, String why, Duration asked) {
    state = next;
    reason = why;
    if (!tripped || clock.millis() >= retryAt) {
      attempts++;
      Duration own = Backoff.ENDPOINT.delay(attempts, random);
      Duration delay = asked == null || asked.compareTo(own) < 0 ? own : asked;
      retryAt = clock.millis() + (delay.compareTo(LONGEST) > 0 ? LONGEST : delay).toMillis();
    }
    tripped = true;
    failing.clear();
  }

  /** For the status: {@code retryAt} is epoch milliseconds. */
  public record Report(State state, String reason, int attempts, Long retryAt) {}

  public synchronized Report report() {
    return new Report(state, reason, attempts, state == State.OK ? null : Long.valueOf(retryAt));
  }
}
