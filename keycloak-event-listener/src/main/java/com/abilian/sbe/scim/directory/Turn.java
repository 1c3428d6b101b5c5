package com.abilian.sbe.scim.directory;

import com.abilian.sbe.scim.store.DirectoryStore.State;
import java.time.Duration;
import java.util.Set;

/** When the next snapshot of one directory is due. Times are epoch milliseconds. */
final class Turn {

  /** Nothing else tells of a change of members. */
  static final Duration PERIOD = Duration.ofSeconds(45);

  /** A snapshot costs a hundredth of the time at most, two of them where one leaves a doubt. */
  static final int SHARE = 100;

  /** However often somebody waits for one. */
  static final Duration SHORTEST = Duration.ofSeconds(5);

  static final Duration AFTER_FAILURE = Duration.ofSeconds(20);

  /** How often people are compared because of syncs. */
  static final Duration COMPARISONS = Duration.ofMinutes(1);

  /** The last sync that a snapshot has followed, and the one that a comparison has. */
  private String snapshotAfter = "";

  private String comparedAfter;
  private Long comparedAt;
  private Long begunAt;
  private long dueAt;

  /** Users whom the last snapshot did not show. */
  private Set<String> missing = Set.of();

  /**
   * @param lastSync another text after each sync
   */
  Turn(String lastSync) {
    this.comparedAfter = lastSync;
  }

  /** Whether people are to be compared now; they are taken to be. */
  boolean isCompared(String lastSync, long now) {
    boolean due =
        !lastSync.equals(comparedAfter)
            && (comparedAt == null || now - comparedAt >= COMPARISONS.toMillis());
    if (due) {
      comparedAfter = lastSync;
      comparedAt = now;
    }
    return due;
  }

  boolean isDue(String lastSync, State state, long now) {
    if (begunAt == null || now >= dueAt) {
      return true;
    }
    boolean wanted = state.wantedAt() >= Math.max(begunAt, 1) || !lastSync.equals(snapshotAfter);
    return wanted && now - begunAt >= SHORTEST.toMillis();
  }

  void begin(String lastSync, long now) {
    begunAt = now;
    snapshotAfter = lastSync;
  }

  Set<String> missing() {
    return missing;
  }

  /**
   * @param missing users whom the snapshot did not show
   */
  void ended(long now, Set<String> missing) {
    long pause = Math.max(PERIOD.toMillis(), (now - begunAt) * SHARE);
    // Whether they have vanished the next one tells.
    boolean doubtful = !this.missing.containsAll(missing);
    dueAt = now + (doubtful ? pause / 2 : pause);
    this.missing = missing;
  }

  void failed(long now) {
    dueAt = now + AFTER_FAILURE.toMillis();
  }
}
