package com.abilian.sbe.scim.schedule;

import com.abilian.sbe.scim.client.EndpointFault;
import com.abilian.sbe.scim.client.MemoryBudget;
import com.abilian.sbe.scim.client.ScimClient;
import com.abilian.sbe.scim.deliver.CircuitBreaker;
import com.abilian.sbe.scim.deliver.Round;
import com.abilian.sbe.scim.directory.Guard;
import com.abilian.sbe.scim.endpoint.AllowedTargets;
import com.abilian.sbe.scim.endpoint.Endpoint;
import com.abilian.sbe.scim.reconcile.FirstLook;
import com.abilian.sbe.scim.reconcile.Reconciler;
import com.abilian.sbe.scim.store.Stores;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.function.BooleanSupplier;
import org.jboss.logging.Logger;

/**
 * What is done for one endpoint, turn by turn: probes, deliveries and runs, until nothing is left.
 */
final class Turns {

  private static final Logger LOG = Logger.getLogger(Turns.class);

  /** However many changes come, a run goes on. */
  private static final int RUN_EVERY = 8;

  /** How often it is looked for marks that nobody announced. */
  private static final Duration TICK = Duration.ofSeconds(5);

  private final Endpoint endpoint;
  private final AllowedTargets allowed;
  private final Stores stores;
  private final ScimClient client;
  private final Clock clock;
  private final BooleanSupplier stopped;
  private final CircuitBreaker breaker;
  private final FirstLook firstLook;
  private final Round round;
  private final Reconciler reconciler;
  private final StateReporter state;
  private boolean permitted;
  private int rounds;

  /** When the next step of a run is due, epoch milliseconds; null where none is. */
  private Long step;

  /**
   * @param guard asks directories for people whom Keycloak no longer has
   * @param lists memory of this endpoint, for the receiver's lists
   * @param senders threads of the requests that are in flight
   * @param stopped whether nothing more may be begun
   * @param mayNotSend whether no request may leave
   */
  Turns(
      Endpoint endpoint,
      AllowedTargets allowed,
      Stores stores,
      ScimClient client,
      MemoryBudget lists,
      Guard guard,
      ExecutorService senders,
      BooleanSupplier stopped,
      BooleanSupplier mayNotSend,
      Clock clock) {
    Random random = new Random();
    this.endpoint = endpoint;
    this.allowed = allowed;
    this.stores = stores;
    this.client = client;
    this.clock = clock;
    this.stopped = stopped;
    this.breaker = new CircuitBreaker(clock, random);
    this.state = new StateReporter(stores, endpoint, breaker);
    this.round =
        Round.of(stores, endpoint, client, guard, breaker, senders, mayNotSend, clock, random);
    this.firstLook = new FirstLook(stores, endpoint, client, clock);
    this.reconciler = new Reconciler(stores, endpoint, client, lists, clock);
  }

  void close() {
    reconciler.close();
  }

  /** Works until nothing is left or the breaker trips; answers when to look again. */
  Duration take() throws InterruptedException {
    if (!permitted()) {
      state.report();
      return TICK;
    }
    if (breaker.probeDue()) {
      probe();
    }
    boolean busy = true;
    while (busy && !breaker.isTripped() && !stopped.getAsBoolean()) {
      busy = !endpoint.paused() && (looks() || round.run());
      state.report();
      if (busy) {
        reconciler.delivered();
      }
      if (!busy || ++rounds % RUN_EVERY == 0) {
        busy |= reconcile();
      }
    }
    if (!busy) {
      breaker.idle();
    }
    state.report();
    return breaker.isTripped() ? untilProbe() : untilDue();
  }

  /**
   * A turn that failed shows as a fault of the endpoint: it waits and is probed as after one;
   * answers when to look again.
   */
  Duration failed(Throwable failure) {
    LOG.errorf(failure, "Endpoint %s: delivery was interrupted", endpoint.id());
    String why = "delivery was interrupted: " + failure.getClass().getName();
    breaker.fault(new EndpointFault(false, why, null));
    try {
      state.report();
    } catch (RuntimeException noDatabase) {
      LOG.debugf(noDatabase, "Endpoint %s: its state could not be stored", endpoint.id());
    }
    return untilProbe();
  }

  /** Whether it has to be looked first at whom the receiver has, and nothing may be delivered. */
  private boolean looks() throws InterruptedException {
    try {
      return firstLook.step();
    } catch (EndpointFault fault) {
      breaker.fault(fault);
      return true;
    }
  }

  /** Whether there is more to do at once. */
  private boolean reconcile() throws InterruptedException {
    try {
      step = reconciler.step();
      return step != null && step <= clock.millis();
    } catch (EndpointFault fault) {
      breaker.fault(fault);
      return false;
    }
  }

  /** Asked again until it is allowed: a host may be learnt at any time. */
  private boolean permitted() {
    if (!permitted) {
      Optional<String> refusal = allowed.refusal(endpoint);
      refusal.ifPresent(why -> breaker.fault(new EndpointFault(true, why, null)));
      permitted = refusal.isEmpty();
    }
    return permitted;
  }

  private void probe() throws InterruptedException {
    try {
      client.probe();
      if (breaker.probed()) {
        stores
            .transactions()
            .change(
                endpoint.id(), c -> stores.retries().retryNow(c, endpoint.id(), clock.millis()));
      }
    } catch (EndpointFault fault) {
      breaker.fault(fault);
    }
  }

  private Duration untilDue() {
    Long due = stores.transactions().call(c -> stores.retries().nextDue(c, endpoint.id()));
    long next = Math.min(due == null ? Long.MAX_VALUE : due, step == null ? Long.MAX_VALUE : step);
    return atMostTick(next - clock.millis());
  }

  private Duration untilProbe() {
    Long retryAt = breaker.report().retryAt();
    return retryAt == null ? Duration.ZERO : atMostTick(retryAt - clock.millis());
  }

  private static Duration atMostTick(long millis) {
    return Duration.ofMillis(Math.max(1, Math.min(millis, TICK.toMillis())));
  }
}
