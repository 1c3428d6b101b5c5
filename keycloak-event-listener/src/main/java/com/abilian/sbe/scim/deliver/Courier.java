package com.abilian.sbe.scim.deliver;

import com.abilian.sbe.scim.client.EndpointFault;
import com.abilian.sbe.scim.client.ResourceFault;
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

/** Carries pieces of work to the receiver, several at a time, and turns faults into outcomes. */
final class Courier {

  private static final Logger LOG = Logger.getLogger(Courier.class);

  /** A conflict that lasts longer is no swap of names. */
  private static final int CONFLICT_ATTEMPTS = 8;

  /** No later errand is begun: a change that comes meanwhile must not wait for a whole batch. */
  private static final Duration PATIENCE = Duration.ofSeconds(2);

  private final String endpointId;
  private final EndpointHealth health;
  private final ExecutorService threads;
  private final BooleanSupplier stopped;
  private final Clock clock;
  private final RandomGenerator random;

  Courier(
      String endpointId,
      EndpointHealth health,
      ExecutorService threads,
      BooleanSupplier stopped,
      Clock clock,
      RandomGenerator random) {
    this.endpointId = endpointId;
    this.health = health;
    this.threads = threads;
    this.stopped = stopped;
    this.clock = clock;
    this.random = random;
  }

  List<Outcome> deliver(List<Parcel> parcels) {
    long deadline = clock.millis() + PATIENCE.toMillis();
    List<Callable<Outcome>> tasks = new ArrayList<>();
    for (Parcel parcel : parcels) {
      tasks.add(() -> clock.millis() > deadline ? notBegun(parcel) : attempt(parcel));
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

  private Outcome attempt(Parcel parcel) {
    if (stopped.getAsBoolean() || !health.open()) {
      return notBegun(parcel);
    }
    try {
      Outcome outcome = parcel.errand().run();
      health.succeeded(name(parcel.link()));
      return outcome;
    } catch (EndpointFault fault) {
      LOG.debugf("Endpoint %s: %s", endpointId, fault.getMessage());
      health.fault(fault);
    } catch (ResourceFault fault) {
      return failed(parcel, fault);
    } catch (InterruptedException stopping) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException bug) {
      LOG.errorf(bug, "Endpoint %s, %s", endpointId, name(parcel.link()));
      return failed(
          parcel, new ResourceFault(ResourceFault.Kind.RETRY, null, bug.getClass().getName()));
    }
    return Outcome.untried(parcel.work(), parcel.link());
  }

  private Outcome failed(Parcel parcel, ResourceFault fault) {
    Link link = parcel.link();
    boolean known = fault.getMessage().equals(link.lastError());
    LOG.logf(
        known ? Logger.Level.DEBUG : Logger.Level.WARN,
        "Endpoint %s, %s: %s",
        endpointId,
        name(link),
        fault.getMessage());
    int attempt = link.attempts() + 1;
    boolean retried =
        parcel.removal()
            || fault.kind() == ResourceFault.Kind.RETRY
            || fault.kind() == ResourceFault.Kind.CONFLICT && attempt <= CONFLICT_ATTEMPTS;
    Duration delay = Backoff.RESOURCE.delay(attempt, random);
    if (fault.kind() == ResourceFault.Kind.RETRY) {
      delay = health.failed(name(link), attempt, fault.getMessage());
    } else if (fault.status() != null) {
      health.succeeded(name(link));
    }
    long now = clock.millis();
    return Outcome.failed(
        parcel.work(),
        link,
        link.failed(
            fault.kind() != ResourceFault.Kind.RETRY,
            retried ? now + delay.toMillis() : null,
            parcel.work().since(now),
            fault.status(),
            fault.getMessage()));
  }

  private static Outcome notBegun(Parcel parcel) {
    return Outcome.notBegun(parcel.work(), parcel.link(), parcel.before());
  }

  private static String name(Link link) {
    return link.type() + " " + link.resourceId();
  }
}
