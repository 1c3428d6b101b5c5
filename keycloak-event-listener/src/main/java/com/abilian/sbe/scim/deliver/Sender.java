package com.abilian.sbe.scim.deliver;

import com.abilian.sbe.scim.client.EndpointFault;
import com.abilian.sbe.scim.client.ResourceFault;
import com.abilian.sbe.scim.deliver.AccessUpdate.Result;
import com.abilian.sbe.scim.project.Link;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.function.BooleanSupplier;
import java.util.random.RandomGenerator;
import org.jboss.logging.Logger;

/** Sends deliveries, several at a time, and turns faults into outcomes. */
final class Sender {

  private static final Logger LOG = Logger.getLogger(Sender.class);

  /** A conflict that lasts longer is no swap of names. */
  private static final int CONFLICT_ATTEMPTS = 8;

  /** No later request is begun: a change that comes meanwhile must not wait for a whole batch. */
  private static final Duration PATIENCE = Duration.ofSeconds(2);

  private final String endpointId;
  private final CircuitBreaker breaker;
  private final ExecutorService threads;
  private final BooleanSupplier stopped;
  private final Clock clock;
  private final RandomGenerator random;

  Sender(
      String endpointId,
      CircuitBreaker breaker,
      ExecutorService threads,
      BooleanSupplier stopped,
      Clock clock,
      RandomGenerator random) {
    this.endpointId = endpointId;
    this.breaker = breaker;
    this.threads = threads;
    this.stopped = stopped;
    this.clock = clock;
    this.random = random;
  }

  /** One outcome for each; what is not begun in time waits for the next round. */
  List<Outcome> deliver(List<Delivery> deliveries) {
    long deadline = clock.millis() + PATIENCE.toMillis();
    List<Callable<Outcome>> attempts = new ArrayList<>();
    for (Delivery delivery : deliveries) {
      attempts.add(() -> clock.millis() > deadline ? notBegun(delivery) : attempt(delivery));
    }
    try {
      List<Outcome> outcomes = new ArrayList<>();
      for (Future<Outcome> attempt : threads.invokeAll(attempts)) {
        outcomes.add(attempt.get());
      }
      return outcomes;
    } catch (InterruptedException | ExecutionException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  private Outcome attempt(Delivery delivery) {
    if (stopped.getAsBoolean() || breaker.isTripped()) {
      return notBegun(delivery);
    }
    String name = delivery.link().name();
    try {
      Outcome outcome = delivery.request().run();
      breaker.succeeded(name);
      return outcome;
    } catch (EndpointFault fault) {
      LOG.debugf("Endpoint %s: %s", endpointId, fault.getMessage());
      if (breaker.fault(fault, name)) {
        return failed(delivery, retry(fault.status(), fault.getMessage()));
      }
    } catch (ResourceFault fault) {
      return failed(delivery, fault);
    } catch (InterruptedException stopping) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException bug) {
      LOG.errorf(bug, "Endpoint %s, %s", endpointId, name);
      return failed(delivery, retry(null, bug.getClass().getName()));
    }
    return Outcome.notAttempted(delivery.task(), delivery.link());
  }

  private Outcome failed(Delivery delivery, ResourceFault fault) {
    Link link = delivery.link();
    Result access = sendAccess(delivery, fault);
    boolean stillIn = access.revoking() != null;
    report(link, fault, stillIn);
    int attempt = link.attempts() + 1;
    Duration delay = delay(delivery, fault, access, attempt);
    boolean retried =
        delivery.removal()
            || !access.isDone()
            || fault.kind() == ResourceFault.Kind.RETRY
            || fault.kind() == ResourceFault.Kind.CONFLICT && attempt <= CONFLICT_ATTEMPTS;
    long now = clock.millis();
    return Outcome.failed(
        delivery.task(),
        link,
        link.failed(
            fault.kind() != ResourceFault.Kind.RETRY,
            retried ? now + delay.toMillis() : null,
            delivery.task().waitsSince(now),
            stillIn,
            fault.status(),
            fault.getMessage()));
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
    boolean revoking = access.revoking() != null || delivery.removal();
    return revoking ? min(delay, Backoff.LEAVER.delay(attempt, random)) : delay;
  }

  /**
   * Access is taken away by whatever way is left. Otherwise access is sent alone only where the
   * whole was refused: what merely failed is soon tried again.
   */
  private Result sendAccess(Delivery delivery, ResourceFault fault) {
    AccessUpdate access = delivery.access();
    String name = delivery.link().name();
    if (!access.revokes() && fault.kind() == ResourceFault.Kind.RETRY) {
      return Result.DONE;
    }
    try {
      return access.exchange().run();
    } catch (EndpointFault tripping) {
      breaker.fault(tripping, name);
      return notDone(access, tripping.getMessage());
    } catch (InterruptedException stopping) {
      Thread.currentThread().interrupt();
      return notDone(access, "the server is stopping");
    } catch (RuntimeException bug) {
      LOG.errorf(bug, "Endpoint %s, %s", endpointId, name);
      return notDone(access, bug.getClass().getName());
    }
  }

  private static Result notDone(AccessUpdate access, String why) {
    ResourceFault fault = retry(null, why);
    return new Result(access.revokes() ? fault : null, fault);
  }

  private static ResourceFault retry(Integer status, String why) {
    return new ResourceFault(ResourceFault.Kind.RETRY, status, why);
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

  private static Outcome notBegun(Delivery delivery) {
    return Outcome.notBegun(delivery.task(), delivery.link(), delivery.before());
  }
}
