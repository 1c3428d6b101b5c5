package com.abilian.sbe.scim.monitor;

import com.abilian.sbe.scim.client.Verdict;
import com.abilian.sbe.scim.project.ResourceType;
import com.abilian.sbe.scim.store.LinkReport;
import com.abilian.sbe.scim.store.Run;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import java.util.function.ToDoubleFunction;

/**
 * The meters of one endpoint on this node. What is counted stays as long as the endpoint; what is
 * read from the tables is shown by the node that delivers alone, so that it is there once.
 */
final class EndpointMeters {

  private static final Duration[] BUCKETS = {
    Duration.ofMillis(10),
    Duration.ofMillis(25),
    Duration.ofMillis(50),
    Duration.ofMillis(100),
    Duration.ofMillis(250),
    Duration.ofMillis(500),
    Duration.ofSeconds(1),
    Duration.ofMillis(2_500),
    Duration.ofSeconds(5)
  };

  private static final Map<String, String> OPERATIONS =
      Map.of(
          "POST", "create", "PUT", "replace", "PATCH", "patch", "DELETE", "delete", "GET", "read");

  private final MeterRegistry registry;
  private final String realm;
  private final Tags tags;
  private final Clock clock;
  private final Meter lease;
  private final Timer requests;
  private final Map<Tags, Counter> outcomes = new ConcurrentHashMap<>();
  private final List<Meter> read = new ArrayList<>();
  private volatile Reading reading;

  EndpointMeters(
      MeterRegistry registry, String id, String realm, Predicate<String> isHeld, Clock clock) {
    this.registry = registry;
    this.realm = realm;
    this.tags = Tags.of("realm", realm, "endpoint", id);
    this.clock = clock;
    this.lease =
        Gauge.builder("sbe.scim.lease.held", () -> isHeld.test(id) ? 1 : 0)
            .description("1 on the server that delivers to the endpoint, 0 on the others")
            .tags(tags)
            .register(registry);
    this.requests =
        Timer.builder("sbe.scim.request")
            .description("How long requests to the receiver took")
            .tags(tags)
            .serviceLevelObjectives(BUCKETS)
            .register(registry);
  }

  /**
   * Whether they stay; else they are removed.
   *
   * @param now the realm's name; null where the endpoint is gone
   */
  boolean isKept(String now) {
    boolean kept = realm.equals(now);
    if (!kept) {
      remove();
    }
    return kept;
  }

  /** As {@link com.abilian.sbe.scim.client.RequestListener#ended}. */
  void requested(String method, String collection, Verdict verdict, Duration took) {
    if (took != null) {
      requests.record(took);
    }
    Tags of =
        Tags.of(
            "resource_type", type(collection),
            "operation", OPERATIONS.getOrDefault(method, "other"),
            "outcome", outcome(verdict));
    outcomes
        .computeIfAbsent(
            of,
            absent ->
                Counter.builder("sbe.scim.requests")
                    .description("Requests to the receiver, by what they were answered")
                    .tags(tags.and(of))
                    .register(registry))
        .increment();
  }

  private static String type(String collection) {
    for (ResourceType type : ResourceType.values()) {
      if (type.endpoint().equals(collection)) {
        return type.name().toLowerCase(Locale.ROOT);
      }
    }
    return collection.equals("Bulk") ? "bulk" : "service";
  }

  private static String outcome(Verdict verdict) {
    if (verdict == null) {
      return "unanswered";
    }
    return switch (verdict) {
      case ACCEPTED -> "accepted";
      case NOT_FOUND -> "not_found";
      case CONFLICT -> "conflict";
      case REFUSED -> "refused";
      case RETRY_RESOURCE -> "failed";
      case RETRY_ENDPOINT -> "overloaded";
      case PAUSE_ENDPOINT -> "denied";
    };
  }

  /** Shows what was read; null where another node delivers. */
  synchronized void show(Reading now) {
    reading = now;
    if (now == null) {
      read.forEach(registry::remove);
      read.clear();
    } else if (read.isEmpty()) {
      addGauges();
    }
  }

  private synchronized void remove() {
    show(null);
    registry.remove(lease);
    registry.remove(requests);
    outcomes.values().forEach(registry::remove);
  }

  private void addGauges() {
    gauge("changes.pending", "Changes and retries that wait", one -> one.figures().pending());
    age("oldest.change", "How long the oldest change has waited", one -> one.figures().oldest());
    resources("user", LinkReport.Summary::users);
    resources("group", LinkReport.Summary::groups);
    gauge(
        "refused",
        "Users and groups that the receiver refuses",
        one -> one.figures().links().parked());
    gauge(
        "still.in",
        "Users and groups through which a leaver still has access",
        one -> one.figures().links().stillIn());
    gauge("losses.held", "Losses that the safety valve holds", one -> one.figures().held().count());
    gauge(
        "foreign",
        "What is left to a newer release of the connector",
        one -> one.figures().foreign());
    for (EndpointState state : EndpointState.values()) {
      gauge(
          "endpoint.state",
          "1 for the state that the endpoint is in",
          one -> EndpointState.of(one) == state ? 1 : 0,
          Tags.of("state", state.label()));
    }
    gauge("run.active", "1 while a run goes on", one -> one.isRunning() ? 1 : 0);
    gauge(
        "run.failed",
        "1 where the last run ended early",
        one -> one.lastRun() != null && one.lastRun().failure() != null ? 1 : 0);
    moment("last.run", "When a run ended last; 0 for never", EndpointMeters::runEnded);
    moment(
        "last.delivery",
        "When the receiver accepted something last; 0 for never",
        one -> one.health().lastOkAt());
    age(
        "directory.failing",
        "For how long a directory of the realm does not answer",
        Reading::failingSince);
    age("reading", "How old these figures are", Reading::at);
  }

  private static Long runEnded(Reading reading) {
    Run last = reading.lastRun();
    return last == null ? null : last.endedAt();
  }

  private interface Moment {
    /** Epoch milliseconds, or null. */
    Long of(Reading reading);
  }

  private void resources(String type, ToDoubleFunction<LinkReport.Summary> count) {
    gauge(
        "resources",
        "Users and groups that the receiver has",
        one -> count.applyAsDouble(one.figures().links()),
        Tags.of("resource_type", type));
  }

  /** Goes on while nothing is read; 0 where there is nothing. */
  private void age(String name, String description, Moment since) {
    seconds(
        name,
        description,
        one -> since.of(one) == null ? 0 : Math.max(0, (clock.millis() - since.of(one)) / 1000.0));
  }

  private void moment(String name, String description, Moment at) {
    seconds(name + ".timestamp", description, one -> at.of(one) == null ? 0 : at.of(one) / 1000.0);
  }

  private void seconds(String name, String description, ToDoubleFunction<Reading> value) {
    add(builder(name, description, value).baseUnit("seconds"));
  }

  private void gauge(String name, String description, ToDoubleFunction<Reading> value) {
    gauge(name, description, value, Tags.empty());
  }

  private void gauge(String name, String description, ToDoubleFunction<Reading> value, Tags more) {
    add(builder(name, description, value).tags(more));
  }

  private Gauge.Builder<?> builder(
      String name, String description, ToDoubleFunction<Reading> value) {
    return Gauge.builder(
            "sbe.scim." + name,
            () -> {
              Reading now = reading;
              return now == null ? Double.NaN : value.applyAsDouble(now);
            })
        .description(description)
        .tags(tags);
  }

  private void add(Gauge.Builder<?> gauge) {
    read.add(gauge.register(registry));
  }
}
