package com.abilian.sbe.scim.reconcile;

import com.abilian.sbe.scim.endpoint.Endpoint;
import com.abilian.sbe.scim.store.LeaseLostException;
import com.abilian.sbe.scim.store.Mark;
import com.abilian.sbe.scim.store.Stores;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jboss.logging.Logger;

/**
 * Compares the realms of the endpoints that this node delivers to, one page at a time, on one
 * thread for all of them: slowly and for ever, and at once where a mark asks for it.
 */
public final class Comparisons {

  private static final Logger LOG = Logger.getLogger(Comparisons.class);

  /** How long a mark that asks for a comparison may wait to be seen. */
  private static final Duration LOOK = Duration.ofMillis(500);

  /** Of a server that stops: no database may be closed under a page. */
  private static final Duration STOP = Duration.ofSeconds(5);

  private final Consumer<Set<String>> marked;
  private final Semaphore signal = new Semaphore(0);
  private final Map<String, Turn> turns = new HashMap<>();
  private Thread thread;
  private Map<Endpoint, Stores> served = Map.of();
  private boolean stopped;

  /** When an endpoint is next, and for whom a hurried pass is. */
  private static final class Turn {
    private final Endpoint endpoint;
    private final Stores stores;
    private final Comparison comparison;
    private final List<Mark> asked = new ArrayList<>();
    private long due = System.nanoTime();
    private String failure;

    Turn(Endpoint endpoint, Stores stores) {
      this.endpoint = endpoint;
      this.stores = stores;
      this.comparison = new Comparison(stores, endpoint);
    }
  }

  /**
   * @param marked is told of endpoints that have new marks
   */
  public Comparisons(Consumer<Set<String>> marked) {
    this.marked = marked;
  }

  /** From now on these endpoints, and no others, are compared, by the tables of their holder. */
  public synchronized void serve(Map<Endpoint, Stores> endpoints) {
    served = endpoints;
    if (thread == null && !served.isEmpty() && !stopped) {
      thread = new Thread(this::run, "sbe-scim-comparison");
      thread.setDaemon(true);
      thread.start();
    }
  }

  /** Ends after the page that is being compared. */
  public void stop() {
    Thread running;
    synchronized (this) {
      stopped = true;
      running = thread;
    }
    signal.release();
    if (running != null) {
      try {
        running.join(STOP.toMillis());
      } catch (InterruptedException hurried) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private synchronized boolean isStopped() {
    return stopped;
  }

  private synchronized Map<Endpoint, Stores> served() {
    return served;
  }

  private void run() {
    long look = System.nanoTime();
    while (!isStopped()) {
      keep(served());
      if (System.nanoTime() - look >= 0) {
        look = System.nanoTime() + LOOK.toNanos();
        lookForMarks();
      }
      Optional<Turn> first =
          turns.values().stream().min(Comparator.comparingLong(turn -> turn.due));
      long now = System.nanoTime();
      if (first.isPresent() && first.get().due - now <= 0) {
        attempt(first.get(), () -> step(first.get()));
      } else {
        await(Math.min(look - now, first.map(turn -> turn.due - now).orElse(LOOK.toNanos())));
      }
    }
  }

  /** A lease that was lost and won again is another: what was found before is found anew. */
  private void keep(Map<Endpoint, Stores> endpoints) {
    turns.values().removeIf(turn -> !turn.stores.equals(endpoints.get(turn.endpoint)));
    endpoints.forEach(
        (endpoint, stores) ->
            turns.computeIfAbsent(endpoint.id(), absent -> new Turn(endpoint, stores)));
  }

  private void lookForMarks() {
    if (turns.isEmpty()) {
      return;
    }
    Stores stores = turns.values().iterator().next().stores;
    List<Mark> asking;
    try {
      asking = stores.transactions().call(c -> stores.marks().comparisons(c, turns.keySet()));
    } catch (RuntimeException noDatabase) {
      LOG.debug("What asks for a comparison could not be read", noDatabase);
      return;
    }
    asking.stream()
        .collect(Collectors.groupingBy(Mark::endpointId))
        .forEach((id, marks) -> attempt(turns.get(id), () -> ask(turns.get(id), marks)));
  }

  private void ask(Turn turn, List<Mark> marks) {
    Map<Boolean, List<Mark>> asked =
        marks.stream().collect(Collectors.partitioningBy(mark -> mark.resourceId().isEmpty()));
    for (Map.Entry<String, List<Mark>> organization :
        asked.get(false).stream().collect(Collectors.groupingBy(Mark::resourceId)).entrySet()) {
      List<String> members =
          turn.stores
              .transactions()
              .call(c -> turn.stores.realms().managedMembers(c, organization.getKey()));
      announce(turn, turn.comparison.members(members));
      forget(turn, organization.getValue());
    }
    // What is asked for while a hurried pass is under way is for the next one.
    if (!asked.get(true).isEmpty() && turn.asked.isEmpty()) {
      turn.asked.addAll(asked.get(true));
      turn.comparison.restart();
      turn.due = System.nanoTime();
    }
  }

  private void step(Turn turn) {
    long begun = System.nanoTime();
    Comparison.Step done = turn.comparison.next();
    Duration took = Duration.ofNanos(System.nanoTime() - begun);
    Duration pause = Pace.pause(turn.comparison.size(), took);
    if (!turn.asked.isEmpty()) {
      pause = done.last() ? pause : took;
    }
    turn.due = System.nanoTime() + pause.toNanos();
    announce(turn, done.marked());
    if (done.last() && !turn.asked.isEmpty()) {
      forget(turn, turn.asked);
      turn.asked.clear();
    }
  }

  private void announce(Turn turn, boolean something) {
    if (something) {
      marked.accept(Set.of(turn.endpoint.id()));
    }
  }

  private void forget(Turn turn, List<Mark> answered) {
    List<String> ids = answered.stream().map(Mark::id).toList();
    turn.stores.transactions().change(turn.endpoint.id(), c -> turn.stores.marks().delete(c, ids));
  }

  /** The failure of one endpoint does not affect the others; it is logged when it is new. */
  private static void attempt(Turn turn, Runnable action) {
    try {
      action.run();
      turn.failure = null;
    } catch (LeaseLostException another) {
      turn.due = System.nanoTime() + Pace.AFTER_FAILURE.toNanos();
    } catch (RuntimeException | LinkageError failure) {
      turn.due = System.nanoTime() + Pace.AFTER_FAILURE.toNanos();
      if (!failure.toString().equals(turn.failure)) {
        turn.failure = failure.toString();
        String id = turn.endpoint.id();
        LOG.errorf(failure, "Endpoint %s: its realm could not be compared", id);
      }
    }
  }

  private void await(long nanos) {
    try {
      if (signal.tryAcquire(Math.max(1, nanos), TimeUnit.NANOSECONDS)) {
        signal.drainPermits();
      }
    } catch (InterruptedException stopping) {
      stop();
    }
  }
}
