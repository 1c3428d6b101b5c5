package com.abilian.sbe.scim.deliver;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.abilian.sbe.scim.client.ScimClient;
import com.abilian.sbe.scim.client.ScimTransport;
import com.abilian.sbe.scim.endpoint.Endpoint;
import com.abilian.sbe.scim.project.AttributeMapping;
import com.abilian.sbe.scim.project.UserMapping;
import com.abilian.sbe.scim.store.MarkKind;
import com.abilian.sbe.scim.store.Stores;
import com.abilian.sbe.scim.store.Tables;
import com.abilian.sbe.scim.store.Transactions;
import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Random permutations of user names, addresses and names of groups, delivered in any order, with
 * and without the death of the server: both sides are equal in the end.
 */
class ExchangedNamesTest extends DeliveryFixture {

  private static final int PEOPLE = 6;
  private static final int GROUPS = 5;

  /** The server dies: what is in memory is gone. */
  private static final class Death extends RuntimeException {
    private static final long serialVersionUID = 1L;
  }

  /** Dies instead of storing what became of requests that were sent. */
  private final class Mortal implements Transactions {
    private int changesLeft = Integer.MAX_VALUE;

    @Override
    public <T> T call(Work<T> work) {
      return database.call(work);
    }

    @Override
    public <T> T changing(String endpointId, Work<T> work) {
      if (--changesLeft < 0) {
        throw new Death();
      }
      return database.call(work);
    }
  }

  private final ReceiverModel model = new ReceiverModel().withUniqueNames();
  private final Mortal transactions = new Mortal();
  private final ExecutorService senders = Executors.newFixedThreadPool(4);

  static List<Long> seeds() {
    return IntStream.range(0, 16).mapToObj(Long::valueOf).toList();
  }

  @AfterEach
  void end() {
    senders.shutdownNow();
  }

  private void startServer() {
    Endpoint endpoint = endpoint(UserMapping.of(AttributeMapping.parse(AttributeMapping.DEFAULT)));
    ScimClient client = new ScimClient(endpoint.url(), TOKENS, new ScimTransport(clock));
    round =
        Round.of(
            Stores.of(transactions, new Tables("")),
            endpoint,
            client,
            guard,
            breaker,
            senders,
            () -> false,
            clock,
            random);
  }

  private void setUp(Random chance) {
    receiver.otherwise(model);
    startServer();
    for (int i = 0; i < PEOPLE; i++) {
      database.user("u" + i, "name" + i);
      database.sql("UPDATE USER_ENTITY SET EMAIL = 'm%1$d@x.org' WHERE ID = 'u%1$d'".formatted(i));
      mark(MarkKind.USER, "u" + i, null);
    }
    for (int i = 0; i < GROUPS; i++) {
      database.group("g" + i, "Group" + i, " ");
      database.join("g" + i, "u" + chance.nextInt(PEOPLE));
      mark(MarkKind.GROUP_TREE, "g" + i, null);
    }
    drain();
    assertEqual();
  }

  private static List<Integer> permutation(int size, Random chance) {
    List<Integer> numbers = new ArrayList<>(IntStream.range(0, size).boxed().toList());
    Collections.shuffle(numbers, chance);
    return numbers;
  }

  private void exchange(Random chance) {
    List<Integer> names = permutation(PEOPLE, chance);
    List<Integer> mails = permutation(PEOPLE, chance);
    List<Integer> groups = permutation(GROUPS, chance);
    for (int i = 0; i < PEOPLE; i++) {
      database.sql(
          "UPDATE USER_ENTITY SET USERNAME = 'moving%1$d' WHERE ID = 'u%1$d'".formatted(i));
    }
    for (int i : permutation(PEOPLE, chance)) {
      database.sql(
          "UPDATE USER_ENTITY SET USERNAME='name%d', EMAIL='m%d@x.org', ENABLED=%b WHERE ID='u%d'"
              .formatted(names.get(i), mails.get(i), chance.nextBoolean(), i));
      mark(MarkKind.USER, "u" + i, null);
    }
    for (int i : permutation(GROUPS, chance)) {
      database.sql(
          "UPDATE KEYCLOAK_GROUP SET NAME = 'GROUP%d' WHERE ID = 'g%d'"
              .formatted(groups.get(i), i));
      mark(MarkKind.GROUP_TREE, "g" + i, null);
    }
  }

  private Map<String, String> wanted() {
    return database.call(
        c -> {
          Map<String, String> found = new TreeMap<>();
          try (var rows =
              c.createStatement()
                  .executeQuery(
                      "SELECT ID, USERNAME || ' ' || EMAIL || ' ' || LOWER(ENABLED) FROM USER_ENTITY"
                          + " UNION SELECT ID, NAME FROM KEYCLOAK_GROUP")) {
            while (rows.next()) {
              found.put(rows.getString(1), rows.getString(2));
            }
          }
          try (var rows =
              c.createStatement()
                  .executeQuery("SELECT GROUP_ID, USER_ID FROM USER_GROUP_MEMBERSHIP")) {
            while (rows.next()) {
              found.merge(rows.getString(1), " " + rows.getString(2), String::concat);
            }
          }
          return found;
        });
  }

  private Map<String, String> there() {
    Map<String, String> found = new TreeMap<>();
    Map<String, String> people = new TreeMap<>();
    for (int i = 0; i < PEOPLE; i++) {
      JsonNode user = model.ofExternalId(true, "u" + i);
      people.put(model.id(true, "u" + i), "u" + i);
      found.put(
          "u" + i,
          "%s %s %s"
              .formatted(
                  user.path("userName").asText(),
                  user.at("/emails/0/value").asText(),
                  user.path("active").asText()));
    }
    for (int i = 0; i < GROUPS; i++) {
      StringBuilder group =
          new StringBuilder(model.ofExternalId(false, "g" + i).path("displayName").asText());
      model
          .members(model.id(false, "g" + i))
          .forEach(id -> group.append(' ').append(people.get(id)));
      found.put("g" + i, group.toString());
    }
    return found;
  }

  private void assertEqual() {
    assertEquals(wanted(), there());
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void everybodyHasTheirNameAtOnce(long seed) {
    Random chance = new Random(seed);
    setUp(chance);
    exchange(chance);
    drain();
    assertEqual();
    assertEquals(0, database.call(c -> report.summary(c, "e")).parked());
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void everybodyHasTheirNameThoughTheServerDies(long seed) {
    Random chance = new Random(seed);
    setUp(chance);
    exchange(chance);
    int deaths = 0;
    for (int minute = 0; minute < 30; minute++) {
      transactions.changesLeft = deaths < 4 ? chance.nextInt(10) : Integer.MAX_VALUE;
      try {
        drain();
      } catch (Death death) {
        deaths++;
        startServer();
      }
      clock.advance(Duration.ofMinutes(1));
    }
    assertTrue(deaths > 0);
    assertEqual();
  }
}
