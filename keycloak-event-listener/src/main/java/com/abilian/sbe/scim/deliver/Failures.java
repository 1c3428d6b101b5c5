package com.abilian.sbe.scim.deliver;

import com.abilian.sbe.scim.client.ResourceFault;
import com.abilian.sbe.scim.deliver.AccessUpdate.Result;
import com.abilian.sbe.scim.project.Link;
import java.time.Clock;
import java.time.Duration;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.jboss.logging.Logger;

/** What follows when one resource failed: its link, when it is tried again, a line in the log. */
final class Failures {

  private static final Logger LOG = Logger.getLogger(Failures.class);

  /** Whoever else holds the name seems to keep it. */
  private static final int CONFLICT_ATTEMPTS = 8;

  /** Who changes it again and again is waited for. */
  private static final int VERSION_ATTEMPTS = 2;

  /** A receiver that asks for a longer pause gets this one. */
  private static final Duration LONGEST_ASKED = Duration.ofMinutes(15);

  private final String endpointId;
  private final CircuitBreaker breaker;
  private final Clock clock;
  private final RandomGenerator random;

  Failures(String endpointId, CircuitBreaker breaker, Clock clock, RandomGenerator random) {
    this.endpointId = endpointId;
    this.breaker = breaker;
    this.clock = clock;
    this.random = random;
  }

  /**
   * What became of a delivery that failed.
   *
   * @param access what became of what had to arrive all the same
   */
  Outcome outcome(Delivery delivery, ResourceFault fault, Result access) {
    Link link = known(delivery);
    boolean stillIn = access.revoking() != null;
    report(link, fault, stillIn);
    int attempt = link.attempts() + 1;
    Duration delay = delay(delivery, fault, access, attempt);
    boolean soon =
        delivery.removal()
            || !access.isDone()
            || fault.kind() == ResourceFault.Kind.RETRY
            || fault.kind() == ResourceFault.Kind.HELD
            || fault.kind() == ResourceFault.Kind.CONFLICT && attempt <= CONFLICT_ATTEMPTS;
    long now = clock.millis();
    Link after =
        link.failed(
            fault.kind() != ResourceFault.Kind.RETRY,
            now + (soon ? delay : Backoff.REFUSED.delay(1, random)).toMillis(),
            delivery.task().waitsSince(now),
            stillIn,
            fault.status(),
            fault.getMessage());
    return Outcome.failed(
        delivery.task(), delivery.link(), isOfVersion(fault, access) ? after.stale() : after);
  }

  /** The link, in the version that the receiver told last: a part may have been accepted. */
  private static Link known(Delivery delivery) {
    RemoteResource there = delivery.access().there();
    return there != null && there.isChanged()
        ? delivery.link().foundAt(there.at())
        : delivery.link();
  }

  /** How long until the next attempt; tells the circuit breaker of this one. */
  private Duration delay(Delivery delivery, ResourceFault fault, Result access, int attempt) {
    String name = delivery.link().name();
    Duration delay = Backoff.RESOURCE.delay(attempt, random);
    if (fault.kind() == ResourceFault.Kind.RETRY) {
      delay = breaker.failed(name, attempt, fault.getMessage());
    } else if (fault.status() != null) {
      breaker.succeeded(name);
    }
    if (isLastAdministrator(fault) || isLastAdministrator(access.revoking())) {
      return Backoff.LAST_ADMINISTRATOR.delay(1, random);
    }
    if (fault.kind() == ResourceFault.Kind.HELD) {
      return held(fault, attempt);
    }
    if (isOfVersion(fault, access) && isFirstOfVersion(delivery.link())) {
      return Duration.ZERO;
    }
    boolean revoking = access.revoking() != null || delivery.removal();
    return revoking ? min(delay, Backoff.LEAVER.delay(attempt, random)) : delay;
  }

  /** Spread, so that what was held together does not come back together. */
  private Duration held(ResourceFault fault, int attempt) {
    Duration asked = fault.retryAfter();
    if (asked == null) {
      return Backoff.HELD.delay(attempt, random);
    }
    Duration most = min(asked, LONGEST_ASKED);
    return most.plusMillis((long) (most.toMillis() * Backoff.HELD.jitter() * random.nextDouble()));
  }

  /** Whether it has not failed for its version again and again; it may have for its name. */
  static boolean isFirstOfVersion(Link link) {
    boolean before = Integer.valueOf(412).equals(link.failure().status());
    return !before || link.attempts() < VERSION_ATTEMPTS;
  }

  private static boolean isOfVersion(ResourceFault fault, Result access) {
    return Stream.of(fault, access.revoking(), access.granting())
        .anyMatch(one -> one != null && one.isOfVersion());
  }

  private void report(Link link, ResourceFault fault, boolean stillIn) {
    String reason = fault.getMessage();
    if (stillIn && link.failure().stillInSince() == null) {
      LOG.errorf("Endpoint %s, %s: a leaver is still in: %s", endpointId, link.name(), reason);
    } else {
      boolean isNew = !reason.equals(link.failure().error());
      Logger.Level level = isNew ? Logger.Level.WARN : Logger.Level.DEBUG;
      LOG.logf(level, "Endpoint %s, %s: %s", endpointId, link.name(), reason);
    }
  }

  private static boolean isLastAdministrator(ResourceFault fault) {
    return fault != null && fault.kind() == ResourceFault.Kind.LAST_ADMINISTRATOR;
  }

  private static Duration min(Duration one, Duration other) {
    return one.compareTo(other) < 0 ? one : other;
  }
}
