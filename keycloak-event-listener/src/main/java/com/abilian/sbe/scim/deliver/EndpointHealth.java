package com.abilian.sbe.scim.deliver;

import com.abilian.sbe.scim.client.EndpointFault;
import com.abilian.sbe.scim.store.EndpointStore.State;
import java.time.Clock;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.random.RandomGenerator;

/**
 * Whether an endpoint can be delivered to. One fault of the endpoint, or failures of several
 * different resources with no success between them, close it; then one probe at a time decides. It
 * lives in memory: after a restart everything is tried at once.
 */
final class EndpointHealth {

  private static final int SUSPICIOUS = 3;

  /** A receiver that asks for more is asked again all the same. */
  private static final Duration LONGEST = Duration.ofMinutes(5);

  private final Clock clock;
  private final RandomGenerator random;
  private final Set<String> failing = new HashSet<>();
  private State state = State.OK;
  private boolean open = true;
  private String reason;
  private int attempts;
  private long retryAt;

  EndpointHealth(Clock clock, RandomGenerator random) {
    this.clock = clock;
    this.random = random;
  }

  /** Whether resources may be sent. */
  synchronized boolean open() {
    return open;
  }

  /** Whether a closed endpoint may be probed now. */
  synchronized boolean probeDue() {
    return !open && clock.millis() >= retryAt;
  }

  synchronized void succeeded() {
    failing.clear();
    recover();
  }

  /** Nothing is left to send: an endpoint that was probed with success has recovered. */
  synchronized void idle() {
    recover();
  }

  private void recover() {
    if (open) {
      state = State.OK;
      reason = null;
      attempts = 0;
      retryAt = 0;
    }
  }

  synchronized void failed(String resource, String why) {
    failing.add(resource);
    if (failing.size() >= SUSPICIOUS) {
      close(State.RETRYING, failing.size() + " resources in a row failed, last: " + why, null);
    }
  }

  synchronized void fault(EndpointFault fault) {
    close(
        fault.needsOperator() ? State.PAUSED : State.RETRYING,
        fault.getMessage(),
        fault.retryAfter());
  }

  /**
   * The probe was answered: resources may be sent again. Delays start anew only when one of them is
   * accepted, for the probe may be accepted where they are not.
   */
  synchronized void probed() {
    open = true;
    failing.clear();
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
  record Report(State state, String reason, int attempts, Long retryAt) {}

  synchronized Report report() {
    return new Report(state, reason, attempts, state == State.OK ? null : Long.valueOf(retryAt));
  }
}
