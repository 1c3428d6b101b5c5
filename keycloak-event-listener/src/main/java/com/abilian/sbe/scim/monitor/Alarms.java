package com.abilian.sbe.scim.monitor;

import com.abilian.sbe.scim.client.Webhook;
import com.abilian.sbe.scim.endpoint.AllowedTargets;
import com.abilian.sbe.scim.endpoint.Endpoint;
import com.abilian.sbe.scim.store.AlarmStore.Kind;
import com.abilian.sbe.scim.store.AlarmStore.Lasting;
import com.abilian.sbe.scim.store.AlarmStore.Telling;
import com.abilian.sbe.scim.store.LeaseLostException;
import com.abilian.sbe.scim.store.Stores;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import org.jboss.logging.Logger;

/**
 * Tells an endpoint's webhook when an alarm begins: once, as far as the table remembers, whichever
 * node delivers. An alarm has ended when nothing of what was noticed is left.
 */
public final class Alarms {

  /**
   * Who is told of an endpoint's alarms.
   *
   * @param realm name of its realm
   */
  public record Recipient(String realm, URI address) {}

  /**
   * What is told: no name and no id of a person.
   *
   * @param since RFC 3339, UTC
   */
  record Message(String realm, String endpoint, String alarm, int count, String since) {}

  private record Due(Telling telling, Message message) {}

  private static final Logger LOG = Logger.getLogger(Alarms.class);

  private static final Duration FIRST = Duration.ofSeconds(5);
  private static final Duration LAST = Duration.ofMinutes(15);
  private static final int DOUBLINGS = 10;

  private final Webhook webhook;
  private final AllowedTargets allowed;
  private final Executor threads;
  private final Clock clock;
  private final Set<String> underWay = ConcurrentHashMap.newKeySet();
  private volatile Map<String, Recipient> recipients = Map.of();

  /** The failure that was logged last: each is, once. */
  private volatile String known;

  /**
   * @param threads a request may take a while: none keeps another waiting
   */
  public Alarms(Webhook webhook, AllowedTargets allowed, Executor threads, Clock clock) {
    this.webhook = webhook;
    this.allowed = allowed;
    this.threads = threads;
    this.clock = clock;
  }

  /** From now on these are told, by the ids of endpoints. */
  public void keep(Map<String, Recipient> told) {
    recipients = told;
  }

  /**
   * Looks which alarms there are.
   *
   * @param served the endpoints that this node delivers to
   */
  public void look(Map<Endpoint, Stores> served) {
    Map<String, Recipient> now = recipients;
    served.forEach(
        (endpoint, stores) -> {
          Recipient recipient = now.get(endpoint.id());
          if (recipient != null && !underWay.contains(endpoint.id())) {
            guarded(() -> look(endpoint, stores, recipient));
          }
        });
  }

  private void look(Endpoint endpoint, Stores stores, Recipient recipient) {
    String id = endpoint.id();
    long now = clock.millis();
    Map<Kind, Lasting> lasting = stores.transactions().call(c -> stores.alarms().lasting(c, id));
    Map<Kind, Telling> before = stores.transactions().call(c -> stores.alarms().tellings(c, id));
    List<Due> due = new ArrayList<>();
    for (Kind kind : Kind.values()) {
      Lasting one = lasting.get(kind);
      Telling telling = before.get(kind);
      if (one == null) {
        if (telling != null) {
          stores.transactions().change(id, c -> stores.alarms().delete(c, id, kind));
        }
        continue;
      }
      if (telling == null || one.since() > telling.noticedAt()) {
        // Another node's clock may be ahead.
        telling = Telling.begun(kind, Math.max(now, one.since()));
        save(stores, id, telling);
      }
      if (telling.toldAt() == null && (telling.attempts() == 0 || now >= telling.retryAt())) {
        due.add(new Due(telling, message(endpoint, recipient, kind, one)));
      }
    }
    if (!due.isEmpty()) {
      underWay.add(id);
      threads.execute(() -> tell(endpoint, stores, recipient, due));
    }
  }

  private static Message message(Endpoint endpoint, Recipient to, Kind kind, Lasting lasting) {
    return new Message(
        to.realm(),
        endpoint.name(),
        kind.name().toLowerCase(Locale.ROOT),
        lasting.count(),
        Instant.ofEpochMilli(lasting.since()).toString());
  }

  private void tell(Endpoint endpoint, Stores stores, Recipient recipient, List<Due> due) {
    try {
      for (Due one : due) {
        guarded(() -> tell(endpoint, stores, recipient, one));
      }
    } finally {
      underWay.remove(endpoint.id());
    }
  }

  private void tell(Endpoint endpoint, Stores stores, Recipient recipient, Due due) {
    Optional<String> failure = attempt(endpoint, recipient, due.message());
    Telling telling = due.telling();
    long now = clock.millis();
    Telling after =
        failure
            .map(why -> telling.failed(why, now + delay(telling.attempts()).toMillis()))
            .orElseGet(() -> telling.told(now));
    save(stores, endpoint.id(), after);
  }

  private Optional<String> attempt(Endpoint endpoint, Recipient recipient, Message message) {
    Optional<String> refusal = allowed.refusal(endpoint.at(recipient.address()));
    if (refusal.isPresent()) {
      return refusal;
    }
    try {
      return webhook.post(recipient.address(), message);
    } catch (InterruptedException stopping) {
      Thread.currentThread().interrupt();
      return Optional.of("the server is stopping");
    }
  }

  /**
   * @param failed attempts before the one that has just failed
   */
  private static Duration delay(int failed) {
    Duration doubled = FIRST.multipliedBy(1L << Math.min(failed, DOUBLINGS));
    return doubled.compareTo(LAST) > 0 ? LAST : doubled;
  }

  private static void save(Stores stores, String id, Telling telling) {
    stores.transactions().change(id, c -> stores.alarms().save(c, id, telling));
  }

  /** Delivery goes on whatever becomes of alarms. */
  private void guarded(Runnable work) {
    try {
      work.run();
    } catch (LeaseLostException elsewhere) {
      LOG.debug("The node that delivers tells of its alarms", elsewhere);
    } catch (RuntimeException | LinkageError failure) {
      if (!failure.toString().equals(known)) {
        known = failure.toString();
        LOG.error("Alarms could not be looked at or told", failure);
      }
    }
  }
}
