package com.abilian.sbe.scim.schedule;

import com.abilian.sbe.scim.client.EndpointFault;
import com.abilian.sbe.scim.client.HeldBackException;
import com.abilian.sbe.scim.client.MemoryBudget;
import com.abilian.sbe.scim.client.ScimClient;
import com.abilian.sbe.scim.deliver.CircuitBreaker;
import com.abilian.sbe.scim.deliver.Round;
import com.abilian.sbe.scim.directory.Guard;
import com.abilian.sbe.scim.endpoint.AllowedTargets;
import com.abilian.sbe.scim.endpoint.Endpoint;
import com.abilian.sbe.scim.reconcile.FirstLook;
import com.abilian.sbe.scim.reconcile.Reconciler;
import com.abilian.sbe.scim.store.LeaseLostException;
import com.abilian.sbe.scim.store.Stores;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;

/**
 * Delivers to one endpoint, on a thread of its own that does nothing else, and a few more while
 * there is something to send.
 */
final class EndpointWorker {

  private static final Logger LOG = Logger.getLogger(EndpointWorker.class);

  private static final int IN_FLIGHT = 4;

  /**
   * How long a thread waits for something to send: most endpoints have nothing most of the time.
   */
  private static final Duration IDLE = Duration.ofSeconds(10);

  /** However many changes come, a run goes on. */
  private static final int RUN_EVERY = 8;

  /** How often the worker looks for marks that nobody announced. */
  private static final Duration TICK = Duration.ofSeconds(5);

  private final Endpoint endpoint;
  private final AllowedTargets allowed;
  private final Stores stores;
  private final ScimClient client;
  private final Lease lease;
  private final Clock clock;
  private final CircuitBreaker breaker;
  private final ExecutorService senders;
  private final FirstLook firstLook;
  private final Round round;
  private final Reconciler reconciler;
  private final StateReporter state;
  private final Thread thread;
  private final Semaphore signal = new Semaphore(1);
  private final Runnable onEnd;
  private volatile boolean stopped;
  private volatile boolean ended;
  private boolean permitted;
  private int rounds;

  /** When the next step of a run is due, epoch milliseconds; null where none is. */
  private Long step;

  /**
   * @param guard asks directories for people whom Keycloak no longer has
   * @param lists memory of this endpoint, for the receiver's lists
   * @param onEnd called once nothing is sent any more
   */
  EndpointWorker(
      Endpoint endpoint,
      AllowedTargets allowed,
      Stores stores,
      ScimClient client,
      MemoryBudget lists,
      Guard guard,
      Lease lease,
      Clock clock,
      Runnable onEnd) {
    Random random = new Random();
    this.endpoint = endpoint;
    this.allowed = allowed;
    this.stores = stores;
    this.client = client;
    this.lease = lease;
    this.clock = clock;
    this.onEnd = onEnd;
    this.breaker = new CircuitBreaker(clock, random);
    this.state = new StateReporter(stores, endpoint, breaker);
    String name = "sbe-scim-" + endpoint.id();
    this.senders = senders(name + "-sender");
    this.round =
        Round.of(
            stores, endpoint, client, guard, breaker, senders, this::mayNotSend, clock, random);
    this.firstLook = new FirstLook(stores, endpoint, client, clock);
    this.reconciler = new Reconciler(stores, endpoint, client, lists, clock);
    this.thread = daemons(name).newThread(this::run);
  }

  Endpoint endpoint() {
    return endpoint;
  }

  /** Whether it delivers under this lease. */
  boolean isUnder(Lease other) {
    return lease == other;
  }

  /** Whether this node still has the lease. */
  boolean isHolder() {
    return !lease.isLost();
  }

  Stores stores() {
    return stores;
  }

  void start() {
    thread.start();
  }

  /** There may be something to do. */
  void wake() {
    signal.release();
  }

  /**
   * Begins nothing more; requests in flight are completed. Threads are not interrupted: that would
   * close the files of an embedded database.
   */
  void stop() {
    stopped = true;
    wake();
  }

  /** Whether the last request has been answered and nothing more will be sent. */
  boolean hasEnded() {
    return ended;
  }

  /** Waits for the end until {@link System#nanoTime()} is {@code deadline}. */
  void join(long deadline) {
    try {
      thread.join(Math.max(1, (deadline - System.nanoTime()) / 1_000_000));
    } catch (InterruptedException hurried) {
      Thread.currentThread().interrupt();
    }
  }

  private void run() {
    try {
      deliver();
    } finally {
      senders.shutdown();
      reconciler.close();
      ended = true;
      onEnd.run();
    }
  }

  private boolean mayNotSend() {
    return stopped || !lease.allowsRequest();
  }

  private void deliver() {
    while (!stopped) {
      Duration pause;
      try {
        pause = work();
      } catch (LeaseLostException another) {
        lease.lose();
        return;
      } catch (HeldBackException unrenewed) {
        pause = Leases.TICK;
      } catch (RuntimeException | LinkageError failure) {
        if (stopped) {
          return;
        }
        LOG.errorf(failure, "Endpoint %s: delivery was interrupted", endpoint.id());
        pause = interrupted(failure);
      }
      await(pause);
    }
  }

  /** Shows as a fault of the endpoint: it waits and is probed as after one. */
  private Duration interrupted(Throwable failure) {
    String why = "delivery was interrupted: " + failure.getClass().getName();
    breaker.fault(new EndpointFault(false, why, null));
    try {
      state.report();
    } catch (RuntimeException noDatabase) {
      LOG.debugf(noDatabase, "Endpoint %s: its state could not be stored", endpoint.id());
    }
    return untilProbe();
  }

  /** Works until nothing is left or the breaker trips; answers when to look again. */
  private Duration work() {
    if (!permitted()) {
      state.report();
      return TICK;
    }
    if (breaker.probeDue()) {
      probe();
    }
    boolean busy = true;
    while (busy && !breaker.isTripped() && !stopped) {
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

  /** Whether it has to be looked first at whom the receiver has, and nothing may be delivered. */
  private boolean looks() {
    try {
      return firstLook.step();
    } catch (EndpointFault fault) {
      breaker.fault(fault);
    } catch (InterruptedException stopping) {
      stopped = true;
    }
    return true;
  }

  /** Whether there is more to do at once. */
  private boolean reconcile() {
    try {
      step = reconciler.step();
      return step != null && step <= clock.millis();
    } catch (EndpointFault fault) {
      breaker.fault(fault);
    } catch (InterruptedException stopping) {
      Thread.currentThread().interrupt();
    }
    return false;
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

  private void probe() {
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
    } catch (InterruptedException stopping) {
      Thread.currentThread().interrupt();
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

  private void await(Duration pause) {
    try {
      if (signal.tryAcquire(pause.toMillis(), TimeUnit.MILLISECONDS)) {
        signal.drainPermits();
      }
    } catch (InterruptedException stopping) {
      stopped = true;
    }
  }

  private static ExecutorService senders(String name) {
    ThreadPoolExecutor pool =
        new ThreadPoolExecutor(
            IN_FLIGHT,
            IN_FLIGHT,
            IDLE.toMillis(),
            TimeUnit.MILLISECONDS,
            new LinkedBlockingQueue<>(),
            daemons(name));
    pool.allowCoreThreadTimeOut(true);
    return pool;
  }

  private static ThreadFactory daemons(String name) {
    return task -> {
      Thread thread = new Thread(task, name);
      thread.setDaemon(true);
      return thread;
    };
  }
}
