package com.abilian.sbe.scim.schedule;

import com.abilian.sbe.scim.directory.Directories;
import com.abilian.sbe.scim.directory.Snapshots;
import com.abilian.sbe.scim.endpoint.Endpoint;
import com.abilian.sbe.scim.monitor.Alarms;
import com.abilian.sbe.scim.monitor.Monitor;
import com.abilian.sbe.scim.store.Stores;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** What goes on beside the deliveries, about the endpoints to which this node delivers. */
final class SideTasks {

  /** How soon a sync of a directory is seen. */
  private static final Duration DIRECTORIES = Duration.ofSeconds(1);

  /** How soon metrics tell of an endpoint that this node has begun to deliver to. */
  private static final Duration MONITORING = Duration.ofSeconds(1);

  /** How soon a webhook is told of what somebody has to act upon. */
  private static final Duration ALARMS = Duration.ofSeconds(5);

  private final ExecutorService asking = Threads.asNeeded("sbe-scim-directory");
  private final Repeating directories;
  private final Repeating monitoring;
  private final Repeating alarming;

  /**
   * @param marked is told for which endpoints there are new marks
   * @param served the endpoints with the tables that their workers may change
   */
  SideTasks(
      Directories directories,
      Monitor monitor,
      Alarms alarms,
      Clock clock,
      Consumer<Set<String>> marked,
      Supplier<Map<Endpoint, Stores>> served) {
    Snapshots snapshots = new Snapshots(directories, clock, marked, asking);
    this.directories =
        new Repeating("sbe-scim-directories", DIRECTORIES, () -> snapshots.look(served.get()));
    this.monitoring =
        new Repeating("sbe-scim-monitor", MONITORING, () -> monitor.look(served.get()));
    this.alarming = new Repeating("sbe-scim-alarms", ALARMS, () -> alarms.look(served.get()));
  }

  void start() {
    directories.start();
    monitoring.start();
    alarming.start();
  }

  void stop() {
    directories.stop();
    asking.shutdown();
    alarming.stop();
    monitoring.stop();
  }
}
