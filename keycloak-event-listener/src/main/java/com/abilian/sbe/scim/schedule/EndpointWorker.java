package com.abilian.sbe.scim.schedule;

import com.abilian.sbe.scim.client.HeldBackException;
import com.abilian.sbe.scim.client.MemoryBudget;
import com.abilian.sbe.scim.client.ScimClient;
import com.abilian.sbe.scim.directory.Guard;
import com.abilian.sbe.scim.endpoint.AllowedTargets;
import com.abilian.sbe.scim.endpoint.Endpoint;
import com.abilian.sbe.scim.store.LeaseLostException;
import com.abilian.sbe.scim.store.Stores;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.ExecutorService;

/**
 * Delivers to one endpoint, on a thread of its own that does nothing else, and a few more while
 * there is something to send.
 */
final class EndpointWorker {

  private static final int IN_FLIGHT = 8;

  private final Endpoint endpoint;
  private final Stores stores;
  private final Lease lease;
  private final ExecutorService senders;
  private final Turns turns;
  private final Thread thread;
  private final Wakeup signal = new Wakeup(true);
  private final Runnable onEnd;
  private volatile boolean stopped;
  private volatile boolean ended;

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
    String name = "sbe-scim-" + endpoint.id();
    this.endpoint = endpoint;
    this.stores = stores;
    this.lease = lease;
    this.onEnd = onEnd;
    this.senders = Threads.atMost(IN_FLIGHT, name + "-sender");
    this.turns =
        new Turns(
            endpoint,
            allowed,
            stores,
            client,
            lists,
            guard,
            senders,
            () -> stopped,
            this::mayNotSend,
            clock);
    this.thread = Threads.daemons(name).newThread(this::run);
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
    signal.wake();
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
      while (!stopped) {
        signal.await(turn());
      }
    } catch (LeaseLostException another) {
      lease.lose();
    } catch (InterruptedException stopping) {
      Thread.currentThread().interrupt();
    } finally {
      senders.shutdown();
      turns.close();
      ended = true;
      onEnd.run();
    }
  }

  private boolean mayNotSend() {
    return stopped || !lease.allowsRequest();
  }

  /** Answers when to look again. */
  private Duration turn() throws InterruptedException {
    try {
      return turns.take();
    } catch (LeaseLostException another) {
      throw another;
    } catch (HeldBackException unrenewed) {
      return Leases.TICK;
    } catch (RuntimeException | LinkageError failure) {
      return stopped ? Duration.ZERO : turns.failed(failure);
    }
  }
}
