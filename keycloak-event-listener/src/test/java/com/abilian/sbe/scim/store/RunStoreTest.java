package com.abilian.sbe.scim.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.abilian.sbe.scim.project.ResourceType;
import com.abilian.sbe.scim.store.Run.Action;
import com.abilian.sbe.scim.store.Run.Item;
import com.abilian.sbe.scim.store.Run.Phase;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class RunStoreTest {

  private final TestDatabase database = new TestDatabase();
  private final RunStore runs = new RunStore(new Tables(""));

  @AfterEach
  void close() throws SQLException {
    database.close();
  }

  private Run insert(boolean dryRun) {
    Run run = Run.of("e", "r", "BY_HAND", dryRun);
    database.run(c -> runs.insert(c, run));
    return run;
  }

  private void save(Run run) {
    database.run(c -> runs.save(c, run));
  }

  @Test
  void runComesBackAsItWasSaved() {
    Run run =
        insert(true)
            .startedAt(5)
            .going(Phase.GROUPS, "last", 7L)
            .and(Action.CREATE, 2)
            .and(Action.CREATE, 3)
            .holding(4);
    save(run);
    Run read = database.call(c -> runs.find(c, "r", run.id())).orElseThrow();
    assertEquals(5, read.count(Action.CREATE));
    assertEquals(0, read.count(Action.DELETE));
    assertEquals(
        List.of(true, Phase.GROUPS, "last", 5L, 7L, 4),
        List.of(
            read.dryRun(),
            read.phase(),
            read.after(),
            read.startedAt(),
            read.dueAt(),
            read.held()));
  }

  @Test
  void runsAreCarriedOutInTheirOrder() {
    Run first = insert(false);
    Run second = insert(true);
    assertEquals(first.id(), current().orElseThrow().id());
    save(first.ended(1, null));
    assertEquals(second.id(), current().orElseThrow().id());
    save(second.ended(1, "400"));
    assertTrue(current().isEmpty());
  }

  private Optional<Run> current() {
    return database.call(c -> runs.current(c, "e"));
  }

  private void plan() {
    database.run(c -> runs.plan(c, "e", "r", "NIGHTLY"));
  }

  @Test
  void oneRunIsPlannedAtATime() {
    insert(true);
    plan();
    plan();
    List<Run> all = database.call(c -> runs.all(c, "e"));
    assertEquals(List.of("BY_HAND", "NIGHTLY"), all.stream().map(Run::cause).toList());
    save(all.get(1).startedAt(1));
    plan();
    assertEquals(
        3, database.call(c -> runs.all(c, "e")).size(), "one that has begun may have passed by");
  }

  @Test
  void whatEndedLongAgoIsForgotten() {
    for (int i = 0; i < 14; i++) {
      Run run = insert(false);
      database.run(
          c ->
              runs.insertItems(
                  c, run, List.of(new Item(Action.REPORT, ResourceType.USER, null, "x"))));
      save(run.ended(1, null));
    }
    insert(false);
    assertEquals(11, database.call(c -> runs.all(c, "e")).size());
    int items =
        database.call(
            c ->
                Sql.query(c, "SELECT COUNT(*) FROM SBE_SCIM_RUN_ITEM", row -> row.getInt(1))
                    .get(0));
    assertEquals(10, items);
  }

  @Test
  void runOfANewerReleaseIsLeftToIt() {
    Run run = insert(false);
    database.sql("UPDATE SBE_SCIM_RUN SET PHASE = 'ROLES'");
    assertTrue(current().isEmpty());
    assertFalse(database.call(c -> runs.find(c, "r", run.id())).isPresent());
  }

  @Test
  void itemsGoWithTheEndpoint() {
    Run run = insert(false);
    database.run(
        c -> {
          runs.insertItems(c, run, List.of(new Item(Action.CREATE, ResourceType.USER, "u", null)));
          runs.deleteAll(c, "e");
        });
    assertEquals(List.of(), database.call(c -> runs.items(c, run.id())));
    assertEquals(List.of(), database.call(c -> runs.all(c, "e")));
  }
}
