package com.abilian.sbe.scim.mark;

import com.abilian.sbe.scim.store.Mark;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.keycloak.models.AbstractKeycloakTransaction;
import org.keycloak.models.KeycloakTransactionManager;

/**
 * The marks of one session. The first one enlists two steps together: one that inserts before the
 * commit, in the same transaction, and one that wakes the workers after it. Nothing may be enlisted
 * while the transaction prepares (the server fails the request, or leaks a lock), so what comes
 * then is inserted at once.
 */
final class SessionMarks {

  private enum State {
    /** Nothing enlisted. */
    IDLE,
    /** Both steps are enlisted; marks are gathered. */
    ARMED,
    /** Gathered marks are inserted, the commit is under way. */
    FLUSHED
  }

  /** Two events of one change are one mark: the cause does not count. */
  private record Pending(String realmId, String endpointId, Change change) {

    @Override
    public boolean equals(Object other) {
      return other instanceof Pending pending
          && endpointId.equals(pending.endpointId)
          && change.concernsSame(pending.change);
    }

    @Override
    public int hashCode() {
      return Objects.hash(endpointId, change.kind(), change.resourceId(), change.memberId());
    }

    Mark mark() {
      return Mark.of(
          realmId,
          endpointId,
          change.kind().priority(),
          change.kind(),
          change.resourceId(),
          change.memberId(),
          change.cause());
    }
  }

  private final KeycloakTransactionManager manager;
  private final MarkWriter writer;
  private final boolean failOnLostMark;
  private final MarkListener listener;
  private final Set<Pending> gathered = new LinkedHashSet<>();
  private boolean endpointsChanged;
  private State state = State.IDLE;

  SessionMarks(
      KeycloakTransactionManager manager,
      MarkWriter writer,
      boolean failOnLostMark,
      MarkListener listener) {
    this.manager = manager;
    this.writer = writer;
    this.failOnLostMark = failOnLostMark;
    this.listener = listener;
  }

  void add(String realmId, String endpointId, Change change) {
    Pending mark = new Pending(realmId, endpointId, change);
    if (state == State.IDLE && !manager.isActive()) {
      // After an explicit commit nothing that is enlisted runs any more.
      writeApart(List.of(mark));
    } else if (state == State.IDLE && !arm()) {
      writer.within(List.of(mark.mark()));
    } else if (gathered.add(mark) && state == State.FLUSHED && failOnLostMark) {
      writer.within(List.of(mark.mark()));
    }
  }

  /** The realm is removed with its endpoints: marks for them would stay for ever. */
  void realmRemoved(String realmId) {
    gathered.removeIf(mark -> mark.realmId().equals(realmId));
    endpointsChanged();
  }

  void endpointsChanged() {
    if (state != State.IDLE || manager.isActive() && arm()) {
      endpointsChanged = true;
    } else {
      listener.endpointsChanged();
    }
  }

  /** False where the transaction already prepares. */
  private boolean arm() {
    try {
      manager.enlistPrepare(new Step(this::flush));
      manager.enlistAfterCompletion(new Step(this::completed));
    } catch (IllegalStateException preparing) {
      return false;
    }
    state = State.ARMED;
    return true;
  }

  private void flush() {
    state = State.FLUSHED;
    if (failOnLostMark && !gathered.isEmpty()) {
      writer.within(rows(gathered));
    }
  }

  private void completed() {
    List<Pending> done = List.copyOf(gathered);
    boolean changed = endpointsChanged;
    reset();
    if (changed) {
      listener.endpointsChanged();
    }
    if (!done.isEmpty() && failOnLostMark) {
      listener.marked(endpoints(done));
    } else if (!done.isEmpty()) {
      writeApart(done);
    }
  }

  private void writeApart(List<Pending> marks) {
    try {
      writer.apart(rows(marks));
    } catch (RuntimeException failure) {
      if (failOnLostMark) {
        throw failure;
      }
      listener.lost(endpoints(marks), failure);
      return;
    }
    listener.marked(endpoints(marks));
  }

  private static List<Mark> rows(Collection<Pending> marks) {
    return marks.stream().map(Pending::mark).toList();
  }

  private void reset() {
    gathered.clear();
    endpointsChanged = false;
    state = State.IDLE;
  }

  private static Set<String> endpoints(Collection<Pending> marks) {
    return marks.stream().map(Pending::endpointId).collect(Collectors.toSet());
  }

  /** Runs at the commit; a rollback, wherever it happens, forgets what was gathered. */
  private final class Step extends AbstractKeycloakTransaction {

    private final Runnable action;

    Step(Runnable action) {
      this.action = action;
    }

    @Override
    protected void commitImpl() {
      action.run();
    }

    @Override
    protected void rollbackImpl() {
      reset();
    }
  }
}
