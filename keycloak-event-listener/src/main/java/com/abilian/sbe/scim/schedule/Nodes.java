package com.abilian.sbe.scim.schedule;

import com.abilian.sbe.scim.store.NodeStore.Node;
import com.abilian.sbe.scim.store.Stores;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jboss.logging.Logger;

/**
 * The servers that run the connector on this database: this one, and the others whose beats it
 * sees.
 */
final class Nodes {

  /** A node without a beat for so long has ended. */
  static final Duration SILENCE = Duration.ofSeconds(60);

  /**
   * What happened since the last time.
   *
   * @param ended whether another node has ended
   * @param missed whether another node took this one for ended
   */
  record News(boolean ended, boolean missed) {}

  private static final Logger LOG = Logger.getLogger(Nodes.class);

  private record Heard(long beats, long at) {}

  private final Stores stores;
  private final Clock clock;
  private final Node self;
  private final Map<String, Heard> others = new HashMap<>();
  private long beats;
  private volatile boolean newer;
  private volatile boolean older;

  Nodes(Stores stores, Clock clock, String version, int revision) {
    this.stores = stores;
    this.clock = clock;
    this.self = new Node(UUID.randomUUID().toString(), version, revision, clock.millis(), 0);
  }

  /** This node's id. */
  String id() {
    return self.id();
  }

  /**
   * Whether a node with a newer projection runs: it alone delivers, because this one would undo
   * what only the newer one sends.
   */
  boolean newerDelivers() {
    return newer;
  }

  /** Whether a node with an older projection runs, which may have delivered a moment ago. */
  boolean olderIsThere() {
    return older;
  }

  /** Stores a beat of this node, and sees which others run. */
  News hear() {
    News news = stores.transactions().call(this::hear);
    beats++;
    return news;
  }

  private News hear(Connection connection) throws SQLException {
    Node now = new Node(self.id(), self.version(), self.revision(), self.startedAt(), beats + 1);
    boolean known = stores.nodes().beat(connection, now);
    boolean missed = !known && beats > 0;
    List<Node> there =
        stores.nodes().all(connection).stream()
            .filter(node -> !node.id().equals(self.id()))
            .toList();
    Set<String> ids = there.stream().map(Node::id).collect(Collectors.toSet());
    boolean ended = others.keySet().retainAll(ids);
    List<Node> heard = there.stream().filter(this::isHeard).toList();
    for (Node node : there) {
      if (!heard.contains(node)) {
        stores.nodes().delete(connection, node.id());
        others.remove(node.id());
        ended = true;
      }
    }
    compare(heard);
    return new News(ended, missed);
  }

  private void compare(List<Node> heard) {
    boolean before = newer;
    newer = heard.stream().anyMatch(node -> node.revision() > self.revision());
    older = heard.stream().anyMatch(node -> node.revision() < self.revision());
    if (newer && !before) {
      LOG.warn("A newer release of the connector runs on another node: it delivers, not this one");
    } else if (before && !newer) {
      LOG.warn("No newer release of the connector runs any more: this node delivers");
    }
  }

  private boolean isHeard(Node node) {
    long now = clock.millis();
    Heard last = others.get(node.id());
    if (last == null || last.beats() != node.beats()) {
      others.put(node.id(), new Heard(node.beats(), now));
      return true;
    }
    return now - last.at() <= SILENCE.toMillis();
  }

  /** Tells the others that this node ends. */
  void leave() {
    try {
      stores.transactions().run(connection -> stores.nodes().delete(connection, self.id()));
    } catch (RuntimeException | LinkageError failure) {
      LOG.debug("The other nodes find out by themselves that this one has ended", failure);
    }
  }
}
