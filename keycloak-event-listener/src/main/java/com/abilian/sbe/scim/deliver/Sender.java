package com.abilian.sbe.scim.deliver;

import com.abilian.sbe.scim.client.EndpointFault;
import com.abilian.sbe.scim.client.HeldBackException;
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
import java.util.function.BiFunction;
import java.util.function.BooleanSupplier;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.jboss.logging.Logger;

/** Sends deliveries, several at a time, and turns faults into outcomes. */
final class Sender {

  private static final Logger LOG = Logger.getLogger(Sender.class);

  /** Whoever else holds the name seems to keep it. */
  private static final int CONFLICT_ATTEMPTS = 8;

  /** Who changes it again and again is waited for. */
  private static final int VERSION_ATTEMPTS = 2;

  /** No later request is begun: a change that comes meanwhile must not wait for a whole batch. */
  private static final Duration PATIENCE = Duration.ofSeconds(2);

  private final String endpointId;
  private final CircuitBreaker breaker;
  private final ExecutorService threads;
  private final BooleanSupplier stopped;
  private final BooleanSupplier unseen;
  private final Clock clock;
  private final RandomGenerator random;

  /**
   * @param stopped whether nothing more may be begun
   * @param unseen whether this thread, since it last asked, has sent what may still arrive
   */
  Sender(
      String endpointId,
      CircuitBreaker breaker,
      ExecutorService threads,
      BooleanSupplier stopped,
      BooleanSupplier unseen,
      Clock clock,
      RandomGenerator random) {
    this.endpointId = endpointId;
    this.breaker = breaker;
    this.threads = threads;
    this.stopped = stopped;
    this.unseen = unseen;
    this.clock = clock;
    this.random = random;
  }

  /** One outcome for each; what is not begun in time waits for the next round. */
  List<Outcome> deliver(List<Delivery> deliveries) {
    return all(
        deliveries,
        (delivery, late) ->
            late || delivery.request() == null ? notBegun(delivery) : settled(delivery));
  }

  /** What an exchange finds; nothing where it is too late, or the endpoint failed. */
  interface Question {
    /** The name of what is asked for, for the log. */
    String name();

    Look ask() throws EndpointFault, ResourceFault, InterruptedException;
  }

  /** The looks by which the questions were answered, in their order; null where one was not. */
  List<Look> look(List<? extends Question> questions) {
    return all(questions, (question, late) -> late ? null : look(question));
  }

  private Look look(Question question) {
    if (mayNotBegin()) {
      return null;
    }
    try {
      // That it can be read does not tell that it can be written.
      return question.ask();
    } catch (EndpointFault fault) {
      return breaker.fault(fault, question.name())
          ? Look.failed(retry(fault.status(), fault.getMessage()))
          : null;
    } catch (ResourceFault fault) {
      return Look.failed(fault);
    } catch (InterruptedException stopping) {
      Thread.currentThread().interrupt();
    } catch (HeldBackException unrenewed) {
      LOG.debugf("Endpoint %s: %s", endpointId, unrenewed.getMessage());
    } catch (RuntimeException bug) {
      LOG.errorf(bug, "Endpoint %s, %s", endpointId, question.name());
      return Look.failed(retry(null, bug.getClass().getName()));
    }
    return null;
  }

  /** Several at a time; what is not begun in time is told so. */
  private <T, R> List<R> all(List<T> some, BiFunction<T, Boolean, R> work) {
    long deadline = clock.millis() + PATIENCE.toMillis();
    List<Callable<R>> calls = new ArrayList<>();
    some.forEach(one -> calls.add(() -> work.apply(one, clock.millis() > deadline)));
    try {
      List<R> results = new ArrayList<>();
      for (Future<R> call : threads.invokeAll(calls)) {
        results.add(call.get());
      }
      return results;
    } catch (InterruptedException | ExecutionException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  private Outcome settled(Delivery delivery) {
    unseen.getAsBoolean();
    Outcome outcome = attempt(delivery);
    if (!unseen.getAsBoolean()) {
      return outcome.lookingAt(delivery.lookAt(), clock.millis());
    }
    return outcome.kind() == Outcome.Kind.NOT_BEGUN
        ? Outcome.notAttempted(delivery.task(), delivery.link())
        : outcome.lookingAt(delivery.link().lookAt(), clock.millis());
  }

  private boolean mayNotBegin() {
    return stopped.getAsBoolean() || breaker.isTripped();
  }

  private Outcome attempt(Delivery delivery) {
    if (mayNotBegin()) {
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
    } catch (HeldBackException unrenewed) {
      LOG.debugf("Endpoint %s: %s", endpointId, unrenewed.getMessage());
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
    boolean soon =
        delivery.removal()
            || !access.isDone()
            || fault.kind() == ResourceFault.Kind.RETRY
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
        delivery.task(), link, isOfVersion(fault, access) ? after.stale() : after);
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
    if (isOfVersion(fault, access) && isFirstOfVersion(delivery.link())) {
      return Duration.ZERO;
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
    boolean isSoonTriedAgain = fault.isOfVersion() && isFirstOfVersion(delivery.link());
    if (isSoonTriedAgain || !access.revokes() && fault.kind() == ResourceFault.Kind.RETRY) {
      return Result.DONE;
    }
    try {
      return access.exchange().run();
    } catch (HeldBackException unrenewed) {
      return notDone(access, unrenewed.getMessage());
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

  /** Whether it has not failed for its version again and again; it may have for its name. */
  private static boolean isFirstOfVersion(Link link) {
    boolean before = Integer.valueOf(412).equals(link.failure().status());
    return !before || link.attempts() < VERSION_ATTEMPTS;
  }

  private static boolean isOfVersion(ResourceFault fault, Result access) {
    return Stream.of(fault, access.revoking(), access.granting())
        .anyMatch(one -> one != null && one.isOfVersion());
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
