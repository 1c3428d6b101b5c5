package com.abilian.sbe.scim.store;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.Objects;
import java.util.stream.Stream;

/** What the tables tell of an endpoint: for its status, its metrics and its alarms. */
public final class EndpointReport {

  /** Of one moment. */
  public record Figures(MarkStore.Backlog marks, LinkReport.Summary links, LossStore.Held held) {

    /** Changes and retries that wait. */
    public int pending() {
      return marks.count() + links.retrying();
    }

    /** Since when the oldest of them waits, epoch milliseconds; null where none does. */
    public Long oldest() {
      return Stream.of(marks.oldest(), links.oldest())
          .filter(Objects::nonNull)
          .min(Long::compare)
          .orElse(null);
    }

    /** What only a newer release can read. */
    public int foreign() {
      return marks.foreign() + links.foreign();
    }
  }

  private final MarkStore marks;
  private final LinkReport links;
  private final LossStore losses;

  public EndpointReport(Tables tables) {
    this.marks = new MarkStore(tables);
    this.links = new LinkReport(tables);
    this.losses = new LossStore(tables);
  }

  /** Goes through all links of the endpoint. */
  public Figures figures(Connection connection, String endpointId) throws SQLException {
    return new Figures(
        marks.backlog(connection, endpointId),
        links.summary(connection, endpointId),
        losses.summary(connection, endpointId));
  }
}
