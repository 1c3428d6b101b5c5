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
 * Whether an endpoint can be delivered to, and how long who fails has to wait. One fault of the
 * endpoint, or failures of several different resources with no success between them, close it; then
 * one probe at a time decides. It lives in memory: after a restart everything is tried at once.
 *
 * <p>A failure may be the receiver's fault or the resource's. As long as nothing has been accepted
 * since a resource first failed, nobody knows: it is tried again every half minute at least, so
 * that who failed only because of an outage is delivered soon after it. One that fails again after
 * the receiver accepted others is at fault itself: its delays grow, and it says nothing about the
 * endpoint, so that a few who always fail neither close it nor keep it closed.
 */
public final class CircuitBreaker {

  private static final int SUSPICIOUS = 3;

  /** A receiver that asks for more is asked again all the same. */
  private static final Duration LONGEST = Duration.ofMinutes(5);

  private final Clock clock;
  private final RandomGenerator random;

  /** Failed since the endpoint was opened or something was accepted. */
  private final Set<String> failing = new HashSet<>();

  /** Failed since something was accepted. */
  private final Set<String> suspects = new HashSet<>();

  /** Met a fault of the endpoint, which no probe has been answered since. */
  private final Set<String> accused = new HashSet<>();

  /** Met a fault of the endpoint, though a probe was answered after it. */
  private final Set<String> singled = new HashSet<>();

  /** How often those who are at fault failed after something else was accepted. */
  private final Map<String, Integer> offences = new HashMap<>();

  private State state = State.OK;
  private boolean open = true;
  private boolean faulty;
  private String reason;
  private int attempts;
  private long retryAt;

  public CircuitBreaker(Clock clock, RandomGenerator random) {
    this.clock = clock;
    this.random = random;
  }

  /** Whether resources may be sent. */
  public synchronized boolean open() {
    return open;
  }

  /** Whether a closed endpoint may be probed now. */
  public synchronized boolean probeDue() {
    return !open && clock.millis() >= retryAt;
  }

  /** The receiver accepted this resource, or refused it for a reason. */
  public synchronized void succeeded(String resource) {
    offences.remove(resource);
    accused.remove(resource);
    singled.remove(resource);
    suspects.remove(resource);
    suspects.forEach(suspect -> offences.put(suspect, 0));
    suspects.clear();
    failing.clear();
    recover();
  }

  /**
   * Nothing is left to send: an endpoint that was probed with success has recovered, unless it
   * forbids one resource and nothing was accepted since.
   */
  public synchronized void idle() {
    if (suspects.stream().noneMatch(singled::contains)) {
      recover();
    }
  }

  private void recover() {
    if (open) {
      state = State.OK;
      reason = null;
      attempts = 0;
      retryAt = 0;
    }
  }

  /**
   * @param attempt how often this resource has failed, this time included
   * @return how long to wait before it is tried again
   */
  public synchronized Duration failed(String resource, int attempt, String why) {
    Integer offence = offences.computeIfPresent(resource, (key, before) -> before + 1);
    if (offence != null) {
      return Backoff.RESOURCE.delay(offence, random);
    }
    suspects.add(resource);
    failing.add(resource);
    if (failing.size() >= SUSPICIOUS) {
      close(State.RETRYING, failing.size() + " resources in a row failed, last: " + why, null);
    }
    return Backoff.SUSPECT.delay(attempt, random);
  }

  /**
   * As {@link #fault(EndpointFault)}, met by a request about this resource.
   *
   * @return whether it is the resource's own fault: it met one before, and the probe since then was
   *     answered. A filter in front of the receiver may forbid what it reads in one body
   */
  public synchronized boolean fault(EndpointFault fault, String resource) {
    if (fault.status() != null) {
      if (singled.contains(resource)) {
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
    close(state, reason, fault.retryAfter());
  }

  private void show(EndpointFault fault) {
    state = fault.needsOperator() ? State.PAUSED : State.RETRYING;
    reason = fault.getMessage();
  }

  /**
   * The probe was answered: resources may be sent again. Delays start anew only when one of them is
   * accepted, for the probe may be accepted where they are not.
   *
   * @return whether an outage ended: a fault of the endpoint, if only of a probe, had closed it.
   *     Failures of resources alone are no proof of one
   */
  public synchronized boolean probed() {
    boolean outage = faulty;
    faulty = false;
    open = true;
    failing.clear();
    singled.addAll(accused);
    accused.clear();
    return outage;
  }

  /**
   * Several requests in flight that meet one outage count once. Who asks to be tried again at once
   * gets no more requests than one who asks for nothing.
   */
  private void close(State next, String why, Duration asked) {
    state = next;
    reason = why;
    if (open || clock.millis() >= retryAt) {
      attempts++;
      Duration own = Backoff.ENDPOINT.delay(attempts, random);
      Duration delay = asked == null || asked.compareTo(own) < 0 ? own : asked;
      retryAt = clock.millis() + (delay.compareTo(LONGEST) > 0 ? LONGEST : delay).toMillis();
    }
    open = false;
    failing.clear();
  }

  /** For the status: {@code retryAt} is epoch milliseconds. */
  public record Report(State state, String reason, int attempts, Long retryAt) {}

  public synchronized Report report() {
    return new Report(state, reason, attempts, state == State.OK ? null : Long.valueOf(retryAt));
  }
}
