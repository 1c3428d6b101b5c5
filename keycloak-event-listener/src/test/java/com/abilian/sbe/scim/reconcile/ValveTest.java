package com.abilian.sbe.scim.reconcile;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.abilian.sbe.scim.project.Loss;
import com.abilian.sbe.scim.project.Loss.Key;
import com.abilian.sbe.scim.project.LossCause;
import com.abilian.sbe.scim.project.ResourceType;
import com.abilian.sbe.scim.store.Stores;
import com.abilian.sbe.scim.store.Tables;
import com.abilian.sbe.scim.store.TestDatabase;
import com.abilian.sbe.scim.store.Transactions.Work;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** An operator decides while a node judges: each in a transaction of its own. */
class ValveTest {

  private static final long NOW = 1_000_000_000L;

  /** In which whoever waits for nobody is done. */
  private static final long AWHILE_MS = 300;

  private final TestDatabase database = new TestDatabase();
  private final Stores stores = Stores.of(database, new Tables(""));
  private final Valve valve = new Valve(stores, "r", "e");
  private final ExecutorService thread = Executors.newSingleThreadExecutor();

  @BeforeEach
  void fiveAreHeld() {
    database.run(c -> stores.endpoints().insert(c, "e", "r"));
    List<Loss> five = IntStream.range(0, 5).mapToObj(n -> loss("u" + n)).toList();
    assertEquals(5, database.call(c -> valve.held(c, five, NOW)).size());
  }

  @AfterEach
  void close() throws SQLException {
    thread.shutdownNow();
    database.close();
  }

  private static Loss loss(String user) {
    return new Loss(Key.of(ResourceType.USER, user), LossCause.COMPARED, NOW);
  }

  /** What {@code second} answers, which begins when {@code first} is done but not committed. */
  private <T> T during(Work<?> first, Work<T> second) throws Exception {
    try (Connection connection = database.another()) {
      connection.setAutoCommit(false);
      first.run(connection);
      Future<T> answer = thread.submit(committed(second));
      try {
        answer.get(AWHILE_MS, TimeUnit.MILLISECONDS);
      } catch (TimeoutException waits) {
        // It has its answer once the first is over.
      }
      connection.commit();
      return answer.get();
    } catch (ExecutionException failure) {
      throw new AssertionError(failure.getCause());
    }
  }

  private <T> Callable<T> committed(Work<T> work) {
    return () -> {
      try (Connection connection = database.another()) {
        connection.setAutoCommit(false);
        T answer = work.run(connection);
        connection.commit();
        return answer;
      }
    };
  }

  private int held() {
    return database.call(c -> stores.losses().summary(c, "e")).count();
  }

  @Test
  void whatIsJudgedWhileTheRestIsReleasedIsNotHeldAlone() throws Exception {
    Set<Key> held = during(valve::release, c -> valve.held(c, List.of(loss("late")), NOW));
    assertEquals(Set.of(), held);
    assertEquals(0, held());
  }

  @Test
  void whatIsJudgedWhileTheRestIsDiscardedIsNotHeldAlone() throws Exception {
    Set<Key> held = during(valve::discard, c -> valve.held(c, List.of(loss("late")), NOW));
    assertEquals(Set.of(), held);
    assertEquals(0, held());
  }

  @Test
  void whatWasJudgedAMomentBeforeIsReleasedToo() throws Exception {
    int released = during(c -> valve.held(c, List.of(loss("late")), NOW), valve::release);
    assertEquals(6, released);
    assertEquals(0, held());
  }

  @Test
  void whatWasJudgedAMomentBeforeIsDiscardedToo() throws Exception {
    int discarded = during(c -> valve.held(c, List.of(loss("late")), NOW), valve::discard);
    assertEquals(6, discarded);
    assertEquals(0, held());
  }
}
