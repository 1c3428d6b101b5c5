package com.abilian.sbe.scim.monitor;

import com.abilian.sbe.scim.client.RequestListener;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Metrics;
import io.micrometer.core.instrument.composite.CompositeMeterRegistry;
import java.time.Clock;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;

/** Meters of Micrometer: one set for each endpoint. */
final class MicrometerMeters implements Meters {

  private final MeterRegistry registry;
  private final BooleanSupplier read;
  private final Clock clock;
  private final Map<String, EndpointMeters> endpoints = new ConcurrentHashMap<>();

  /**
   * @param read whether anybody can see them now
   */
  MicrometerMeters(MeterRegistry registry, BooleanSupplier read, String version, Clock clock) {
    this.registry = registry;
    this.read = read;
    this.clock = clock;
    Gauge.builder("sbe.scim.connector", () -> 1)
        .description("1 for each server that runs the connector, by its release")
        .tag("version", version)
        .register(registry);
  }

  static Meters ofServer(String version, Clock clock) {
    CompositeMeterRegistry global = Metrics.globalRegistry;
    return new MicrometerMeters(global, () -> !global.getRegistries().isEmpty(), version, clock);
  }

  @Override
  public boolean areRead() {
    return read.getAsBoolean();
  }

  @Override
  public void keep(Map<String, String> realms, Predicate<String> isHeld) {
    endpoints.entrySet().removeIf(known -> !known.getValue().isKept(realms.get(known.getKey())));
    realms.forEach(
        (id, realm) ->
            endpoints.computeIfAbsent(
                id, absent -> new EndpointMeters(registry, id, realm, isHeld, clock)));
  }

  @Override
  public void show(Map<String, Reading> readings) {
    endpoints.forEach((id, meters) -> meters.show(readings.get(id)));
  }

  @Override
  public RequestListener requests(String endpointId) {
    return (method, collection, verdict, took) -> {
      EndpointMeters meters = endpoints.get(endpointId);
      if (meters != null) {
        meters.requested(method, collection, verdict, took);
      }
    };
  }
}
