package com.abilian.sbe.scim.deliver;

import com.abilian.sbe.scim.client.EndpointFault;
import com.abilian.sbe.scim.client.ResourceFault;
import com.abilian.sbe.scim.deliver.Essential.Arrived;
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
      if (health.fault(fault, name(parcel.link()))) {
        ResourceFault own =
            new ResourceFault(ResourceFault.Kind.RETRY, fault.status(), fault.getMessage());
        return failed(parcel, own);
      }
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
    Arrived arrived = sendEssential(parcel, fault);
    boolean leaverIn = arrived.leaver() != null;
    report(link, fault, leaverIn);
    int attempt = link.attempts() + 1;
    boolean retried =
        parcel.removal()
            || !arrived.all()
            || fault.kind() == ResourceFault.Kind.RETRY
            || fault.kind() == ResourceFault.Kind.CONFLICT && attempt <= CONFLICT_ATTEMPTS;
    Duration delay = Backoff.RESOURCE.delay(attempt, random);
    if (fault.kind() == ResourceFault.Kind.RETRY) {
      delay = health.failed(name(link), attempt, fault.getMessage());
    } else if (fault.status() != null) {
      health.succeeded(name(link));
    }
    if (isLastAdministrator(fault) || isLastAdministrator(arrived.leaver())) {
      delay = Backoff.LAST_ADMINISTRATOR.delay(1, random);
    } else if (leaverIn || parcel.removal()) {
      delay = min(delay, Backoff.LEAVER.delay(attempt, random));
    }
    long now = clock.millis();
    return Outcome.failed(
        parcel.work(),
        link,
        link.failed(
            fault.kind() != ResourceFault.Kind.RETRY,
            retried ? now + delay.toMillis() : null,
            parcel.work().since(now),
            leaverIn,
            fault.status(),
            fault.getMessage()));
  }

  /**
   * Access is taken away by whatever way is left. The rest is sent alone only where the whole was
   * refused: what merely failed is soon tried again.
   */
  private Arrived sendEssential(Parcel parcel, ResourceFault fault) {
    Essential essential = parcel.essential();
    if (!essential.leaving() && fault.kind() == ResourceFault.Kind.RETRY) {
      return Arrived.ALL;
    }
    try {
      return essential.exchange().run();
    } catch (EndpointFault closing) {
      health.fault(closing, name(parcel.link()));
      return notArrived(essential, closing.getMessage());
    } catch (InterruptedException stopping) {
      Thread.currentThread().interrupt();
      return notArrived(essential, "the server is stopping");
    } catch (RuntimeException bug) {
      LOG.errorf(bug, "Endpoint %s, %s", endpointId, name(parcel.link()));
      return notArrived(essential, bug.getClass().getName());
    }
  }

  private static Arrived notArrived(Essential essential, String why) {
    ResourceFault fault = new ResourceFault(ResourceFault.Kind.RETRY, null, why);
    return new Arrived(essential.leaving() ? fault : null, fault);
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

  private static Outcome notBegun(Parcel parcel) {
    return Outcome.notBegun(parcel.work(), parcel.link(), parcel.before());
  }

  private static String name(Link link) {
    return link.type() + " " + link.resourceId();
  }
}
