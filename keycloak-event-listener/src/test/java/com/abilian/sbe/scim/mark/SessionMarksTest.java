package com.abilian.sbe.scim.mark;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.abilian.sbe.scim.store.Mark;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.keycloak.models.KeycloakTransaction;
import org.keycloak.models.KeycloakTransactionManager;

class SessionMarksTest {

  private static final Change ZOE = Change.user("zoe", "TEST");
  private static final Change ADA = Change.user("ada", "TEST");

  private final Manager manager = new Manager();
  private final Log log = new Log();

  private SessionMarks marks(boolean failOnLostMark) {
    return new SessionMarks(manager, log, failOnLostMark, log);
  }

  @Test
  void marksAreInsertedOnceBeforeTheCommitAndToldAfterIt() {
    SessionMarks marks = marks(true);
    marks.add("r", "e", ZOE);
    marks.add("r", "e", Change.user("zoe", "ANOTHER EVENT"));
    marks.add("r", "f", ZOE);
    assertEquals(List.of(), log.said);
    manager.commit();
    assertEquals(List.of("within zoe zoe", "marked [e, f]"), log.said);
  }

  @Test
  void aRollbackForgetsThem() {
    SessionMarks marks = marks(true);
    marks.add("r", "e", ZOE);
    manager.rollback();
    assertEquals(List.of(), log.said);
  }

  @Test
  void aMarkThatCannotBeWrittenFailsTheCommit() {
    log.broken = true;
    SessionMarks marks = marks(true);
    marks.add("r", "e", ZOE);
    assertThrows(IllegalStateException.class, manager::commit);
    assertEquals(List.of("within zoe"), log.said);
  }

  @Test
  void nothingIsEnlistedWhileTheTransactionPrepares() {
    SessionMarks marks = marks(true);
    marks.add("r", "e", ZOE);
    manager.enlistPrepare(
        manager.step(
            () -> {
              marks.add("r", "e", ADA);
              marks.add("r", "e", ZOE);
            }));
    manager.commit();
    assertEquals(List.of("within zoe", "within ada", "marked [e]"), log.said);
  }

  @Test
  void theFirstMarkMayComeWhileTheTransactionPrepares() {
    SessionMarks marks = marks(true);
    manager.enlistPrepare(manager.step(() -> marks.add("r", "e", ZOE)));
    manager.commit();
    assertEquals(List.of("within zoe"), log.said);
  }

  @Test
  void afterAnExplicitCommitAMarkHasATransactionOfItsOwn() {
    SessionMarks marks = marks(true);
    marks.add("r", "e", ZOE);
    manager.commit();
    log.said.clear();
    marks.add("r", "e", ZOE);
    assertEquals(List.of("apart zoe", "marked [e]"), log.said);
  }

  @Test
  void aSecondTransactionOfTheSessionIsArmedAnew() {
    SessionMarks marks = marks(true);
    marks.add("r", "e", ZOE);
    manager.commit();
    manager.begin();
    log.said.clear();
    marks.add("r", "e", ZOE);
    manager.commit();
    assertEquals(List.of("within zoe", "marked [e]"), log.said);
  }

  @Test
  void whereChangesMustNotFailMarksFollowTheCommit() {
    SessionMarks marks = marks(false);
    marks.add("r", "e", ZOE);
    manager.enlistPrepare(manager.step(() -> marks.add("r", "e", ADA)));
    manager.commit();
    assertEquals(List.of("apart zoe ada", "marked [e]"), log.said);
  }

  @Test
  void whereChangesMustNotFailLostMarksAreTold() {
    log.broken = true;
    SessionMarks marks = marks(false);
    marks.add("r", "e", ZOE);
    manager.commit();
    assertEquals(List.of("apart zoe", "lost [e]"), log.said);
  }

  @Test
  void changedEndpointsAreToldAfterTheCommitOnly() {
    SessionMarks marks = marks(true);
    marks.endpointsChanged();
    assertEquals(List.of(), log.said);
    manager.commit();
    assertEquals(List.of("endpoints changed"), log.said);
    marks.endpointsChanged();
    assertEquals(2, log.said.size());
  }

  @Test
  void aRealmThatGoesTakesItsMarksWithIt() {
    SessionMarks marks = marks(true);
    marks.add("gone", "e", ZOE);
    marks.add("r", "f", ZOE);
    marks.realmRemoved("gone");
    manager.commit();
    assertEquals(List.of("within zoe", "endpoints changed", "marked [f]"), log.said);
  }

  private static final class Log implements MarkWriter, MarkListener {

    private final List<String> said = new ArrayList<>();
    private boolean broken;

    @Override
    public void within(List<Mark> marks) {
      write("within", marks);
    }

    @Override
    public void apart(List<Mark> marks) {
      write("apart", marks);
    }

    private void write(String how, List<Mark> marks) {
      said.add(how + " " + String.join(" ", marks.stream().map(Mark::resourceId).toList()));
      if (broken) {
        throw new IllegalStateException("no table");
      }
    }

    @Override
    public void marked(Set<String> endpointIds) {
      said.add("marked " + endpointIds.stream().sorted().toList());
    }

    @Override
    public void endpointsChanged() {
      said.add("endpoints changed");
    }

    @Override
    public void lost(Set<String> endpointIds, RuntimeException cause) {
      said.add("lost " + endpointIds);
    }
  }

  /** Behaves as the server's: prepares, commits, completes; refuses what comes too late. */
  private static final class Manager implements KeycloakTransactionManager {

    private final List<KeycloakTransaction> prepare = new ArrayList<>();
    private final List<KeycloakTransaction> after = new ArrayList<>();
    private boolean active = true;
    private boolean completed;

    KeycloakTransaction step(Runnable action) {
      return new org.keycloak.models.AbstractKeycloakTransaction() {
        @Override
        protected void commitImpl() {
          action.run();
        }

        @Override
        protected void rollbackImpl() {}
      };
    }

    @Override
    public void begin() {
      prepare.clear();
      after.clear();
      active = true;
      completed = false;
    }

    @Override
    public void commit() {
      completed = true;
      try {
        prepare.forEach(KeycloakTransaction::commit);
      } catch (RuntimeException failure) {
        rollback();
        throw failure;
      }
      active = false;
      after.forEach(KeycloakTransaction::commit);
    }

    @Override
    public void rollback() {
      active = false;
      after.forEach(KeycloakTransaction::rollback);
    }

    private void enlist(List<KeycloakTransaction> steps, KeycloakTransaction step) {
      if (completed) {
        throw new IllegalStateException("Transaction already completed");
      }
      step.begin();
      steps.add(step);
    }

    @Override
    public void enlistPrepare(KeycloakTransaction step) {
      enlist(prepare, step);
    }

    @Override
    public void enlistAfterCompletion(KeycloakTransaction step) {
      enlist(after, step);
    }

    @Override
    public void enlist(KeycloakTransaction step) {
      throw new UnsupportedOperationException();
    }

    @Override
    public JTAPolicy getJTAPolicy() {
      return JTAPolicy.REQUIRES_NEW;
    }

    @Override
    public void setJTAPolicy(JTAPolicy policy) {}

    @Override
    public void setRollbackOnly() {}

    @Override
    public boolean getRollbackOnly() {
      return false;
    }

    @Override
    public boolean isActive() {
      return active;
    }
  }
}
