package com.abilian.sbe.scim.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class SharedTransactionsTest {

  private static final int TURNS = 3;

  private final Semaphore turns = new Semaphore(TURNS, true);
  private final AtomicInteger open = new AtomicInteger();
  private final AtomicInteger most = new AtomicInteger();
  private final ExecutorService threads = Executors.newCachedThreadPool();

  @AfterEach
  void stop() {
    threads.shutdownNow();
  }

  /** Each endpoint has its own, on the connections of one pool. */
  private Transactions ofAnEndpoint() {
    return new SharedTransactions(this::begin, turns);
  }

  private <T> T begin(Transactions.Work<T> work) {
    most.accumulateAndGet(open.incrementAndGet(), Math::max);
    try {
      return work.run(null);
    } catch (java.sql.SQLException failure) {
      throw new IllegalStateException(failure);
    } finally {
      open.decrementAndGet();
    }
  }

  @Test
  void howeverManyEndpointsThereAreTheyHaveSoManyConnections() throws Exception {
    CountDownLatch begun = new CountDownLatch(TURNS);
    CountDownLatch go = new CountDownLatch(1);
    List<Future<Integer>> done = new ArrayList<>();
    for (int endpoint = 0; endpoint < 50; endpoint++) {
      int number = endpoint;
      done.add(
          threads.submit(
              () ->
                  ofAnEndpoint()
                      .call(
                          connection -> {
                            begun.countDown();
                            awaited(go);
                            return number;
                          })));
    }
    begun.await();
    while (turns.getQueueLength() < 50 - TURNS) {
      Thread.onSpinWait();
    }
    go.countDown();
    int sum = 0;
    for (Future<Integer> one : done) {
      sum += one.get();
    }
    assertEquals(49 * 50 / 2, sum);
    assertEquals(TURNS, most.get());
  }

  @Test
  void whoFailsGivesTheTurnBack() {
    for (int attempt = 0; attempt < 2 * TURNS; attempt++) {
      assertThrows(
          IllegalStateException.class,
          () ->
              ofAnEndpoint()
                  .run(
                      connection -> {
                        throw new java.sql.SQLException("no");
                      }));
    }
    assertEquals(TURNS, turns.availablePermits());
  }

  private static void awaited(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException stopping) {
      Thread.currentThread().interrupt();
    }
  }
}
