package com.abilian.sbe.scim.deliver;

import com.abilian.sbe.scim.client.EndpointFault;
import com.abilian.sbe.scim.client.ResourceFault;
import com.abilian.sbe.scim.deliver.AccessUpdate.Arrived;
import com.abilian.sbe.scim.store.Link;
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

/** Carries tasks to the receiver, several at a time, and turns faults into outcomes. */
public final class Sender {

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

  public Sender(
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

  List<Outcome> deliver(List<Delivery> deliveries) {
    long deadline = clock.millis() + PATIENCE.toMillis();
    List<Callable<Outcome>> tasks = new ArrayList<>();
    for (Delivery delivery : deliveries) {
      tasks.add(() -> clock.millis() > deadline ? notBegun(delivery) : attempt(delivery));
    }
    try {
      List<Outcome> outcomes = new ArrayList<>();
      for (Future<Outcome> task : threads.invokeAll(tasks)) {
        outcomes.add(task.get());
      }
      return outcomes;
    } catch (InterruptedException | ExecutionException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  private Outcome attempt(Delivery delivery) {
    if (stopped.getAsBoolean() || !breaker.open()) {
      return notBegun(delivery);
    }
    try {
      Outcome outcome = delivery.request().run();
      breaker.succeeded(name(delivery.link()));
      return outcome;
    } catch (EndpointFault fault) {
      LOG.debugf("Endpoint %s: %s", endpointId, fault.getMessage());
      if (breaker.fault(fault, name(delivery.link()))) {
        ResourceFault own =
            new ResourceFault(ResourceFault.Kind.RETRY, fault.status(), fault.getMessage());
        return failed(delivery, own);
      }
    } catch (ResourceFault fault) {
      return failed(delivery, fault);
    } catch (InterruptedException stopping) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException bug) {
      LOG.errorf(bug, "Endpoint %s, %s", endpointId, name(delivery.link()));
      return failed(
          delivery, new ResourceFault(ResourceFault.Kind.RETRY, null, bug.getClass().getName()));
    }
    return Outcome.notAttempted(delivery.task(), delivery.link());
  }

  private Outcome failed(Delivery delivery, ResourceFault fault) {
    Link link = delivery.link();
    Arrived arrived = sendAccess(delivery, fault);
    boolean leaverIn = arrived.leaver() != null;
    report(link, fault, leaverIn);
    int attempt = link.attempts() + 1;
    boolean retried =
        delivery.removal()
            || !arrived.all()
            || fault.kind() == ResourceFault.Kind.RETRY
            || fault.kind() == ResourceFault.Kind.CONFLICT && attempt <= CONFLICT_ATTEMPTS;
    Duration delay = Backoff.RESOURCE.delay(attempt, random);
    if (fault.kind() == ResourceFault.Kind.RETRY) {
      delay = breaker.failed(name(link), attempt, fault.getMessage());
    } else if (fault.status() != null) {
      breaker.succeeded(name(link));
    }
    if (isLastAdministrator(fault) || isLastAdministrator(arrived.leaver())) {
      delay = Backoff.LAST_ADMINISTRATOR.delay(1, random);
    } else if (leaverIn || delivery.removal()) {
      delay = min(delay, Backoff.LEAVER.delay(attempt, random));
    }
    long now = clock.millis();
    return Outcome.failed(
        delivery.task(),
        link,
        link.failed(
            fault.kind() != ResourceFault.Kind.RETRY,
            retried ? now + delay.toMillis() : null,
            delivery.task().since(now),
            leaverIn,
            fault.status(),
            fault.getMessage()));
  }

  /**
   * Access is taken away by whatever way is left. The rest is sent alone only where the whole was
   * refused: what merely failed is soon tried again.
   */
  private Arrived sendAccess(Delivery delivery, ResourceFault fault) {
    AccessUpdate access = delivery.access();
    if (!access.leaving() && fault.kind() == ResourceFault.Kind.RETRY) {
      return Arrived.ALL;
    }
    try {
      return access.exchange().run();
    } catch (EndpointFault closing) {
      breaker.fault(closing, name(delivery.link()));
      return notArrived(access, closing.getMessage());
    } catch (InterruptedException stopping) {
      Thread.currentThread().interrupt();
      return notArrived(access, "the server is stopping");
    } catch (RuntimeException bug) {
      LOG.errorf(bug, "Endpoint %s, %s", endpointId, name(delivery.link()));
      return notArrived(access, bug.getClass().getName());
    }
  }

  private static Arrived notArrived(AccessUpdate access, String why) {
    ResourceFault fault = new ResourceFault(ResourceFault.Kind.RETRY, null, why);
    return new Arrived(access.leaving() ? fault : null, fault);
  }

  private void report(Link link, ResourceFault fault, boolean leaverIn) {
    boolean isNew = !fault.getMessage().equals(link.lastError());
    if (leaverIn && link.stillInSince() == null) {
      LOG.errorf(
          "Endpoint %s, %s: a leaver is still in: %s", endpointId, name(link), fault.getMessage());
    } else {
      LOG.logf(
          isNew ? Logger.Level.WARN : Logger.Level.DEBUG,
          "Endpoint %s, %s: %s",
          endpointId,
          name(link),
          fault.getMessage());
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

  private static String name(Link link) {
    return link.type() + " " + link.resourceId();
  }
}
