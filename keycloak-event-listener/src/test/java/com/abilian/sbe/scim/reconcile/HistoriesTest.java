package com.abilian.sbe.scim.reconcile;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.abilian.sbe.scim.client.ScimClient;
import com.abilian.sbe.scim.client.ScimTransport;
import com.abilian.sbe.scim.deliver.DeliveryFixture;
import com.abilian.sbe.scim.deliver.ReceiverModel;
import com.abilian.sbe.scim.deliver.Round;
import com.abilian.sbe.scim.endpoint.Endpoint;
import com.abilian.sbe.scim.project.AttributeMapping;
import com.abilian.sbe.scim.project.LossCause;
import com.abilian.sbe.scim.project.ProvisioningScope;
import com.abilian.sbe.scim.project.ProvisioningScope.Leaving;
import com.abilian.sbe.scim.project.UserMapping;
import com.abilian.sbe.scim.store.Mark;
import com.abilian.sbe.scim.store.MarkKind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Random histories of a realm, with and without events, while losses are held, released and
 * discarded and the receiver refuses: in the end both sides are the same, by the marks and by the
 * comparison, which is the same one all the time.
 */
class HistoriesTest extends DeliveryFixture {

  private static final int PEOPLE = 8;
  private static final int STEPS = Integer.getInteger("steps", 60);
  private static final String TOP = " ";
  private static final List<String> GROUPS = List.of("a", "b", "c");

  /** What Keycloak has. */
  private final Map<String, String> names = new TreeMap<>();

  private final Set<String> disabled = new TreeSet<>();
  private final Map<String, Set<String>> members = new TreeMap<>();

  private final Map<String, String> parents = new TreeMap<>(Map.of("in", TOP));
  private final Map<String, String> titles = new TreeMap<>(Map.of("in", "in"));

  private final ReceiverModel model = new ReceiverModel();
  private final List<String> history = new ArrayList<>();
  private Random chance;
  private ProvisioningScope scope;
  private Comparison comparison;
  private int made;
  private int act;

  static IntStream seeds() {
    Integer more = Integer.getInteger("histories");
    // Two that have found something.
    return more == null ? IntStream.of(57, 59) : IntStream.range(0, more);
  }

  private void begin(int seed) {
    chance = new Random(seed);
    Leaving leaving = seed % 5 < 3 ? Leaving.DEACTIVATE : Leaving.DELETE;
    scope =
        new ProvisioningScope(
            seed % 2 == 0 ? Set.of() : Set.of("in/b", "c"),
            Set.of(),
            Map.of(),
            seed % 3 == 0 ? Set.of() : Set.of("in"),
            leaving);
    Endpoint endpoint =
        endpoint(UserMapping.of(AttributeMapping.parse(AttributeMapping.DEFAULT)), scope);
    ScimClient client = new ScimClient(endpoint.url(), TOKENS, new ScimTransport(clock));
    round =
        Round.of(stores, endpoint, client, guard, breaker, threads, () -> stopped, clock, random);
    comparison = new Comparison(stores, endpoint);
    receiver.otherwise(model);
    database.group("in", "in", TOP);
    members.put("in", new TreeSet<>());
    for (String group : GROUPS) {
      parents.put(group, group.equals("c") ? TOP : "in");
      titles.put(group, group);
      members.put(group, new TreeSet<>());
      database.group(group, group, parents.get(group));
    }
    IntStream.range(0, PEOPLE).forEach(number -> create());
    people().forEach(user -> GROUPS.forEach(group -> join(group, user)));
    pass();
    settle();
    check("at the beginning");
  }

  private List<String> people() {
    return List.copyOf(names.keySet());
  }

  private static <T> T one(List<T> all, Random chance) {
    return all.get(chance.nextInt(all.size()));
  }

  private void create() {
    String user = "u" + made++;
    names.put(user, user);
    database.user(user, user);
    told(MarkKind.USER, user, null);
  }

  private void join(String group, String user) {
    if (members.get(group).add(user)) {
      database.join(group, user);
    }
    told(MarkKind.MEMBER, group, user);
  }

  private void leave(String group, String user) {
    members.get(group).remove(user);
    database.sql(
        "DELETE FROM USER_GROUP_MEMBERSHIP WHERE GROUP_ID = '%s' AND USER_ID = '%s'"
            .formatted(group, user));
    told(MarkKind.MEMBER, group, user);
  }

  private void delete(String user) {
    names.remove(user);
    disabled.remove(user);
    members.values().forEach(some -> some.remove(user));
    database.sql("DELETE FROM USER_GROUP_MEMBERSHIP WHERE USER_ID = '%s'".formatted(user));
    database.sql("DELETE FROM USER_ENTITY WHERE ID = '%s'".formatted(user));
    told(MarkKind.USER, user, null);
  }

  private void enable(String user, boolean enabled) {
    if (enabled) {
      disabled.remove(user);
    } else {
      disabled.add(user);
    }
    database.sql("UPDATE USER_ENTITY SET ENABLED = %s WHERE ID = '%s'".formatted(enabled, user));
    told(MarkKind.USER, user, null);
  }

  private void rename(String user) {
    names.put(user, "n" + made++);
    database.sql(
        "UPDATE USER_ENTITY SET USERNAME = '%s' WHERE ID = '%s'".formatted(names.get(user), user));
    told(MarkKind.USER, user, null);
  }

  private void move(String group) {
    parents.put(group, parents.get(group).equals("in") ? TOP : "in");
    database.sql(
        "UPDATE KEYCLOAK_GROUP SET PARENT_GROUP = '%s' WHERE ID = '%s'"
            .formatted(parents.get(group), group));
    told(MarkKind.GROUP_TREE, group, null);
  }

  private void rename(String group, String title) {
    titles.put(group, title);
    database.sql("UPDATE KEYCLOAK_GROUP SET NAME = '%s' WHERE ID = '%s'".formatted(title, group));
    told(MarkKind.GROUP_TREE, group, null);
  }

  /** An event tells of it, or one about many at once, or none. */
  private void told(MarkKind kind, String id, String member) {
    String cause = one(List.of("TEST", LossCause.COMPARED.name(), "none", "none"), chance);
    history.add(act + " " + kind + " " + id + " " + member + " told by " + cause);
    if (!cause.equals("none")) {
      Mark mark = Mark.of("r", "e", Mark.Priority.LIVE, kind, id, member, cause);
      database.run(c -> stores.marks().insert(c, List.of(mark)));
    }
  }

  private void step() {
    String user = one(people(), chance);
    String group = one(GROUPS, chance);
    act = chance.nextInt(17);
    switch (act) {
      case 0, 1 -> join(group, user);
      case 2, 3 -> leave(group, user);
      case 4 -> people().forEach(one -> enable(one, false));
      case 5 -> people().forEach(one -> enable(one, true));
      case 6 -> rename(user);
      case 7 -> create();
      case 8 -> {
        if (names.size() > 2) {
          delete(user);
        }
      }
      case 9, 10 -> move(group);
      case 11 -> rename(group, chance.nextBoolean() ? group : group + "x");
      case 12 -> people().forEach(one -> leave(group, one));
      case 13 -> refuse(group);
      case 14 -> clock.advance(Duration.ofMinutes(chance.nextInt(20)));
      case 15 -> decide();
      default -> enable(user, disabled.contains(user));
    }
    switch (chance.nextInt(4)) {
      case 0 -> pass();
      case 1 -> drain();
      case 2 -> {
        drain();
        pass();
        drain();
      }
      default -> {}
    }
  }

  private void refuse(String group) {
    int status = one(List.of(0, 400), chance);
    String id = chance.nextBoolean() ? "/Users" : "/Groups/" + model.id(false, group);
    history.add("refuses " + status + " " + id);
    model.refuse(
        request -> request.path().startsWith(id) && !request.method().equals("GET") ? status : 0);
  }

  private void decide() {
    Valve valve = new Valve(stores, "r", "e");
    boolean release = chance.nextBoolean();
    history.add(release ? "release" : "discard");
    if (release) {
      database.run(valve::release);
    } else {
      database.run(valve::discard);
    }
  }

  private void pass() {
    history.add("pass");
    while (!comparison.next().last()) {}
  }

  private int held() {
    return database.call(c -> stores.losses().summary(c, "e")).count();
  }

  private void settle() {
    model.acceptEverything();
    for (int day = 0; day < 2; day++) {
      for (int hour = 0; hour < 4; hour++) {
        clock.advance(Duration.ofHours(7));
        drain();
        assertTrue(!breaker.isTripped(), "the receiver answers");
      }
    }
    for (int times = 0; times < 2; times++) {
      pass();
      drain();
    }
    for (int times = 0; held() > 0; times++) {
      assertTrue(times < 5, "the same is held for ever");
      database.run(c -> new Valve(stores, "r", "e").release(c));
      drain();
      pass();
      drain();
    }
  }

  /** The realm has what the scope names. */
  private void restore() {
    for (String group : List.of("b", "c")) {
      if (parents.get(group).equals("in") != group.equals("b")) {
        move(group);
      }
      if (!titles.get(group).equals(group)) {
        rename(group, group);
      }
    }
  }

  private boolean isIn(String user) {
    return scope.groups().isEmpty()
        || GROUPS.stream()
            .filter(group -> scope.groups().contains(path(group)))
            .anyMatch(group -> members.get(group).contains(user));
  }

  private String path(String group) {
    String parent = parents.get(group);
    return parent.equals(TOP) ? titles.get(group) : parent + "/" + titles.get(group);
  }

  private void check(String when) {
    String told = when + " " + scope + " " + history.subList(PEOPLE * 4, history.size());
    Set<String> active = new TreeSet<>(names.keySet());
    active.removeAll(disabled);
    active.removeIf(user -> !isIn(user));
    assertEquals(active, model.active(), told);
    for (String user : active) {
      assertEquals(names.get(user), model.ofExternalId(true, user).path("userName").asText(), told);
    }
    for (String group : titles.keySet()) {
      String id = model.id(false, group);
      boolean there = scope.roots().isEmpty() || (path(group) + "/").startsWith("in/");
      assertEquals(there, id != null, told + " " + group);
      if (there) {
        assertEquals(path(group), model.group(id).path("displayName").asText(), told);
        Set<String> wanted = new LinkedHashSet<>();
        members.get(group).stream()
            .filter(this::isIn)
            .forEach(user -> wanted.add(model.id(true, user)));
        Set<String> found = new LinkedHashSet<>(model.members(id));
        found.removeIf(user -> model.user(user) == null);
        assertEquals(wanted, found, told + " " + group);
      }
    }
    assertEquals(0, marks(), told);
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void bothSidesAreTheSameInTheEnd(int seed) {
    begin(seed);
    for (int step = 0; step < STEPS; step++) {
      step();
    }
    restore();
    settle();
    check("seed " + seed);
  }
}
