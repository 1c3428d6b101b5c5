package com.abilian.sbe.scim.deliver;

import com.abilian.sbe.scim.client.BulkAnswer;
import com.abilian.sbe.scim.client.EndpointFault;
import com.abilian.sbe.scim.client.HeldBackException;
import com.abilian.sbe.scim.client.ResourceFault;
import com.abilian.sbe.scim.client.ScimClient;
import com.abilian.sbe.scim.client.UnclearException;
import com.abilian.sbe.scim.deliver.AccessUpdate.Result;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import org.jboss.logging.Logger;

/** Sends deliveries, several at a time, and turns faults into outcomes. */
final class Sender {

  private static final Logger LOG = Logger.getLogger(Sender.class);

  /** No later request is begun: a change that comes meanwhile must not wait for a whole batch. */
  private static final Duration PATIENCE = Duration.ofSeconds(2);

  private final String endpointId;
  private final CircuitBreaker breaker;
  private final ExecutorService threads;
  private final BooleanSupplier stopped;
  private final BooleanSupplier unseen;
  private final Bulks bulks;
  private final Clock clock;
  private final Failures failures;

  /**
   * @param stopped whether nothing more may be begun
   */
  Sender(
      String endpointId,
      ScimClient client,
      CircuitBreaker breaker,
      ExecutorService threads,
      BooleanSupplier stopped,
      Clock clock,
      RandomGenerator random) {
    this.endpointId = endpointId;
    this.breaker = breaker;
    this.threads = threads;
    this.stopped = stopped;
    this.unseen = client::tookUnseen;
    this.bulks = new Bulks(endpointId, client, clock);
    this.clock = clock;
    this.failures = new Failures(endpointId, breaker, clock, random);
  }

  /** One outcome for each; what is not begun in time waits for the next round. */
  List<Outcome> deliver(List<Delivery> deliveries) {
    return begin(deliveries, deadline()).end().stream().flatMap(List::stream).toList();
  }

  /** Epoch milliseconds. */
  long now() {
    return clock.millis();
  }

  /** Until when requests of a round that begins now are begun, epoch milliseconds. */
  long deadline() {
    return now() + PATIENCE.toMillis();
  }

  /** Whether a request would be begun now that has to be until {@code deadline}. */
  boolean mayBegin(long deadline) {
    return !isLate(deadline) && !mayNotBegin();
  }

  /**
   * As {@link #deliver}, without waiting for the end.
   *
   * @param deadline as {@link #deadline}
   */
  Sending<List<Outcome>> begin(List<Delivery> deliveries, long deadline) {
    Bulks.Plan plan = plan(deliveries);
    List<Function<Boolean, List<Outcome>>> work = new ArrayList<>();
    plan.alone().forEach(one -> work.add(late -> List.of(alone(one, late))));
    plan.together().forEach(bulk -> work.add(late -> together(bulk, late)));
    return Sending.begin(threads, work, one -> one.apply(isLate(deadline)));
  }

  private boolean isLate(long deadline) {
    return now() > deadline;
  }

  private Bulks.Plan plan(List<Delivery> deliveries) {
    try {
      if (!mayNotBegin()) {
        return bulks.plan(deliveries);
      }
    } catch (InterruptedException stopping) {
      Thread.currentThread().interrupt();
    }
    return new Bulks.Plan(deliveries, List.of());
  }

  private Outcome alone(Delivery delivery, boolean late) {
    return late || delivery.request() == null || mayNotBegin()
        ? notBegun(delivery)
        : settled(delivery, delivery.request());
  }

  private List<Outcome> together(Bulks.Bulk bulk, boolean late) {
    List<Delivery> deliveries = bulk.deliveries();
    if (late || mayNotBegin() || bulks.rests()) {
      return deliveries.stream().map(Sender::notBegun).toList();
    }
    unseen.getAsBoolean();
    try {
      List<BulkAnswer> answers = bulks.send(bulk);
      List<Outcome> outcomes = new ArrayList<>();
      for (int i = 0; i < answers.size(); i++) {
        outcomes.add(answered(deliveries.get(i), answers.get(i)));
      }
      return outcomes;
    } catch (EndpointFault fault) {
      LOG.debugf("Endpoint %s: %s", endpointId, fault.getMessage());
      breaker.fault(fault);
    } catch (ResourceFault | UnclearException toldOnce) {
      LOG.debugf("Endpoint %s: %s", endpointId, toldOnce.getMessage());
    } catch (InterruptedException stopping) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException unsent) {
      LOG.debugf("Endpoint %s: %s", endpointId, unsent.getMessage());
    }
    // It says nothing about one of them: each is looked at, where it may have arrived, and goes
    // alone.
    return deliveries.stream()
        .map(unseen.getAsBoolean() ? Sender::kept : Sender::notBegun)
        .toList();
  }

  /** Of an operation without an answer nobody knows more than where the whole has none. */
  private Outcome answered(Delivery delivery, BulkAnswer answer) {
    if (!answer.isTold()) {
      return kept(delivery);
    }
    // The first that asks for a pause speaks for those behind it.
    if (answer.isOfEndpoint() && breaker.isTripped()) {
      return answer.isClear() ? notBegun(delivery) : kept(delivery);
    }
    return settled(delivery, () -> delivery.creation().conclusion().of(answer));
  }

  /** What an exchange finds; nothing where it is too late, or the endpoint failed. */
  interface Question {
    /** The name of what is asked for, for the log. */
    String name();

    Look ask() throws EndpointFault, ResourceFault, InterruptedException;
  }

  /** The looks by which the questions were answered, in their order; null where one was not. */
  List<Look> look(List<? extends Question> questions) {
    long deadline = deadline();
    return Sending.begin(threads, questions, one -> isLate(deadline) ? null : look(one)).end();
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

  private Outcome settled(Delivery delivery, Delivery.Request request) {
    unseen.getAsBoolean();
    Outcome outcome = attempt(delivery, request);
    if (!unseen.getAsBoolean()) {
      return outcome.lookingAt(delivery.lookAt(), clock.millis());
    }
    return outcome.kind() == Outcome.Kind.NOT_BEGUN
        ? kept(delivery)
        : outcome.lookingAt(delivery.link().lookAt(), clock.millis());
  }

  private boolean mayNotBegin() {
    return stopped.getAsBoolean() || breaker.isTripped();
  }

  private Outcome attempt(Delivery delivery, Delivery.Request request) {
    String name = delivery.link().name();
    try {
      Outcome outcome = request.run();
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
    return kept(delivery);
  }

  private Outcome failed(Delivery delivery, ResourceFault fault) {
    return failures.outcome(delivery, fault, sendAccess(delivery, fault));
  }

  /**
   * Access is taken away by whatever way is left. Otherwise access is sent alone only where the
   * whole was refused: what merely failed is soon tried again.
   */
  private Result sendAccess(Delivery delivery, ResourceFault fault) {
    AccessUpdate access = delivery.access();
    String name = delivery.link().name();
    if (fault.kind() == ResourceFault.Kind.HELD) {
      // By any other way it would be held as well.
      return new Result(access.revokes() ? fault : null, fault);
    }
    boolean isSoonTriedAgain = fault.isOfVersion() && Failures.isFirstOfVersion(delivery.link());
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

  private static Result notDone(AccessUpdate access, String why) {
    ResourceFault fault = retry(null, why);
    return new Result(access.revokes() ? fault : null, fault);
  }

  private static ResourceFault retry(Integer status, String why) {
    return new ResourceFault(ResourceFault.Kind.RETRY, status, why);
  }

  private static Outcome kept(Delivery delivery) {
    return Outcome.notAttempted(delivery.task(), delivery.link());
  }

  private static Outcome notBegun(Delivery delivery) {
    return Outcome.notBegun(delivery.task(), delivery.link(), delivery.before());
  }
}
