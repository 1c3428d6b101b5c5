package com.abilian.sbe.scim.deliver;

import com.abilian.sbe.scim.client.BulkAnswer;
import com.abilian.sbe.scim.client.BulkLimits;
import com.abilian.sbe.scim.client.BulkOperation;
import com.abilian.sbe.scim.client.EndpointFault;
import com.abilian.sbe.scim.client.HeldBackException;
import com.abilian.sbe.scim.client.ResourceFault;
import com.abilian.sbe.scim.client.ScimClient;
import com.abilian.sbe.scim.client.UnclearException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jboss.logging.Logger;

/**
 * Puts creates of users together, where many wait and the receiver takes bulks (RFC 7644 §3.7). One
 * that is not answered as a bulk has to be is followed by a rest, in which everybody goes alone.
 */
final class Bulks {

  private static final Logger LOG = Logger.getLogger(Bulks.class);

  /** Fewer are there as soon one by one. */
  static final int FEWEST = 10;

  static final Duration REST = Duration.ofMinutes(5);

  private final String endpointId;
  private final ScimClient client;
  private final Clock clock;
  private final BulkSize size = new BulkSize();
  private volatile long restsUntil;

  Bulks(String endpointId, ScimClient client, Clock clock) {
    this.endpointId = endpointId;
    this.client = client;
    this.clock = clock;
  }

  /** Creates that go in one request. */
  record Bulk(List<Delivery> deliveries, List<BulkOperation> operations) {

    private static Bulk empty() {
      return new Bulk(new ArrayList<>(), new ArrayList<>());
    }

    private void add(Delivery delivery, BulkOperation operation) {
      deliveries.add(delivery);
      operations.add(operation);
    }
  }

  /** Which deliveries go alone, and which together. */
  record Plan(List<Delivery> alone, List<Bulk> together) {}

  Plan plan(List<Delivery> deliveries) throws InterruptedException {
    List<Delivery> creates = deliveries.stream().filter(one -> one.creation() != null).toList();
    BulkLimits limits = creates.size() < FEWEST ? BulkLimits.NONE : limits();
    return limits.operations() < 2
        ? new Plan(deliveries, List.of())
        : split(deliveries, Math.min(limits.operations(), size.now()), limits.bytes());
  }

  private static Plan split(List<Delivery> deliveries, int operations, long bytes) {
    List<Delivery> alone = new ArrayList<>();
    List<Bulk> together = new ArrayList<>();
    long left = 0;
    for (Delivery delivery : deliveries) {
      if (delivery.creation() == null) {
        alone.add(delivery);
        continue;
      }
      BulkOperation operation = BulkOperation.create(delivery.creation().wanted());
      boolean full =
          together.isEmpty()
              || last(together).deliveries().size() >= operations
              || left < operation.bytes();
      if (full) {
        together.add(Bulk.empty());
        left = bytes - BulkOperation.AROUND;
      }
      last(together).add(delivery, operation);
      left -= operation.bytes();
    }
    // Whoever fits into no bulk is in one of their own.
    together.stream()
        .filter(bulk -> bulk.deliveries().size() == 1)
        .forEach(bulk -> alone.addAll(bulk.deliveries()));
    together.removeIf(bulk -> bulk.deliveries().size() == 1);
    return new Plan(alone, together);
  }

  private static Bulk last(List<Bulk> bulks) {
    return bulks.get(bulks.size() - 1);
  }

  private BulkLimits limits() throws InterruptedException {
    try {
      return rests() ? BulkLimits.NONE : client.bulk();
    } catch (EndpointFault | HeldBackException unknown) {
      LOG.debugf("Endpoint %s: whether it takes bulks: %s", endpointId, unknown.getMessage());
      return BulkLimits.NONE;
    }
  }

  /** Whether everybody goes alone for now. */
  boolean rests() {
    return clock.millis() < restsUntil;
  }

  /**
   * Sends it.
   *
   * @return one answer for each
   * @throws ResourceFault where nothing of it was carried out
   * @throws UnclearException where nobody knows what was
   */
  List<BulkAnswer> send(Bulk bulk)
      throws EndpointFault, ResourceFault, UnclearException, InterruptedException {
    long begun = System.nanoTime();
    try {
      List<BulkAnswer> answers = client.create(bulk.operations());
      size.took(answers.size(), Duration.ofNanos(System.nanoTime() - begun));
      if (!answers.stream().allMatch(BulkAnswer::isTold)) {
        rest("some operations have no answer");
      } else if (answers.stream().anyMatch(BulkAnswer::isOfEndpoint)) {
        // Only a request that goes alone is told for how long.
        rest("the receiver asks for a pause");
      }
      return answers;
    } catch (EndpointFault fault) {
      if (fault.status() != null) {
        rest(fault.getMessage());
      }
      throw fault;
    } catch (ResourceFault | UnclearException fault) {
      rest(fault.getMessage());
      throw fault;
    } catch (HeldBackException unrenewed) {
      throw unrenewed;
    } catch (RuntimeException bug) {
      LOG.errorf(bug, "Endpoint %s, a bulk", endpointId);
      rest(bug.getClass().getName());
      throw bug;
    }
  }

  /** Bulks that are under way at the same time meet the same. */
  private synchronized void rest(String why) {
    if (!rests()) {
      LOG.warnf("Endpoint %s: no bulks for %d minutes: %s", endpointId, REST.toMinutes(), why);
    }
    restsUntil = clock.millis() + REST.toMillis();
    size.reset();
  }
}
