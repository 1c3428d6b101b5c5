package com.abilian.sbe.scim.directory;

import com.abilian.sbe.scim.directory.SnapshotRecord.Doubts;
import com.abilian.sbe.scim.store.DirectoryStore.State;
import java.time.Duration;

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

  private Doubts doubts = Doubts.NONE;

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

  /** Those that the last snapshot left. */
  Doubts doubts() {
    return doubts;
  }

  /**
   * @param doubts those that the snapshot leaves
   */
  void ended(long now, Doubts doubts) {
    long pause = Math.max(PERIOD.toMillis(), (now - begunAt) * SHARE);
    // Whether they have vanished the next one tells.
    boolean doubtful = !this.doubts.missing().containsAll(doubts.missing());
    dueAt = now + (doubtful ? pause / 2 : pause);
    this.doubts = doubts;
  }

  void failed(long now) {
    dueAt = now + AFTER_FAILURE.toMillis();
  }
}
