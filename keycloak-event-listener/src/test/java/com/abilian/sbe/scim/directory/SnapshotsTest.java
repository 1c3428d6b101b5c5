package com.abilian.sbe.scim.directory;

import static java.util.stream.Collectors.toMap;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import com.abilian.sbe.scim.deliver.DeliveryFixture;
import com.abilian.sbe.scim.directory.Snapshot.Group;
import com.abilian.sbe.scim.directory.Snapshot.Mapped;
import com.abilian.sbe.scim.directory.Snapshot.MappedRoles;
import com.abilian.sbe.scim.directory.Snapshot.Person;
import com.abilian.sbe.scim.directory.Snapshot.Rules;
import com.abilian.sbe.scim.directory.Snapshot.Strategy;
import com.abilian.sbe.scim.directory.SnapshotRecord.Doubts;
import com.abilian.sbe.scim.endpoint.Endpoint;
import com.abilian.sbe.scim.project.AttributeMapping;
import com.abilian.sbe.scim.project.LossCause;
import com.abilian.sbe.scim.project.ResourceType;
import com.abilian.sbe.scim.project.UserMapping;
import com.abilian.sbe.scim.store.DirectoryRoles.Grant;
import com.abilian.sbe.scim.store.DirectoryStore.State;
import com.abilian.sbe.scim.store.Mark;
import com.abilian.sbe.scim.store.MarkKind;
import com.abilian.sbe.scim.store.RealmReader.Membership;
import com.abilian.sbe.scim.store.Stores;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class SnapshotsTest extends DeliveryFixture {

  private final Map<String, Set<String>> groups = new HashMap<>();
  private final Map<String, Person> people =
      new HashMap<>(
          Map.of(
              "d1", new Person("uid=zoe", Set.of(), Map.of()),
              "d2", new Person("uid=yves", Set.of(), Map.of())));
  private final Snapshots snapshots =
      new Snapshots(directories, clock, endpoints -> {}, Runnable::run);

  private Snapshot snapshot() {
    return new Snapshot(
        Map.copyOf(people),
        List.of(
            new Mapped(
                "m",
                new Rules("/", false, Strategy.MEMBERS, null),
                groups.entrySet().stream()
                    .map(
                        group ->
                            new Group(group.getKey(), "cn=" + group.getKey(), group.getValue()))
                    .toList())));
  }

  @BeforeEach
  void federate() {
    directories.shows(this::snapshot);
    receiver.otherwise(
        request ->
            request.method().equals("POST")
                ? "201 {'id':'r-" + request.body().path("externalId").asText() + "'}"
                : "204");
    component("p", "r", "ldap", "org.keycloak.storage.UserStorageProvider");
    component("m", "p", "group-ldap-mapper", "org.keycloak.storage.ldap.mappers.LDAPStorageMapper");
    setting("m", "mode", "READ_ONLY");
    person("u", "zoe", "d1");
    person("v", "yves", "d2");
    database.group("g", "Paie", " ");
    groups.put("Paie", Set.of("uid=zoe"));
  }

  private void component(String id, String parent, String provider, String type) {
    database.sql(
        "INSERT INTO COMPONENT (ID, NAME, REALM_ID, PARENT_ID, PROVIDER_ID, PROVIDER_TYPE)"
            + " VALUES ('%s', '%s', 'r', '%s', '%s', '%s')"
                .formatted(id, id, parent, provider, type));
  }

  private void setting(String component, String name, String value) {
    database.sql("DELETE FROM COMPONENT_CONFIG WHERE NAME = '%s'".formatted(name));
    database.sql(
        "INSERT INTO COMPONENT_CONFIG VALUES ('%s', '%s', '%s')".formatted(component, name, value));
  }

  private void person(String id, String name, String directoryId) {
    database.user(id, name);
    database.sql("UPDATE USER_ENTITY SET FEDERATION_LINK = 'p' WHERE ID = '%s'".formatted(id));
    database.sql(
        "INSERT INTO USER_ATTRIBUTE (USER_ID, NAME, VALUE) VALUES ('%s', 'LDAP_ID', '%s')"
            .formatted(id, directoryId));
  }

  private void look() {
    snapshots.look(
        Map.of(endpoint(UserMapping.of(AttributeMapping.parse(AttributeMapping.DEFAULT))), stores));
  }

  private void lookAfter(Duration pause) {
    clock.advance(pause);
    look();
  }

  private State state() {
    return database.call(c -> stores.directories().states(c, Set.of("r"))).get("p");
  }

  private List<Mark> marks(MarkKind kind) {
    return database.call(c -> stores.marks().first(c, "e", 100)).stream()
        .filter(mark -> mark.kind() == kind)
        .toList();
  }

  private Set<Membership> shown() {
    return database.call(c -> stores.directories().members(c, "m"));
  }

  @Test
  void aGroupWaitsUntilItsDirectoryWasAskedAndArrivesWithItsMembers() {
    mark(MarkKind.GROUP_TREE, "g", null);
    mark(MarkKind.USER, "u", null);
    drain();
    assertNull(link(ResourceType.GROUP, "g"));

    look();
    drain();

    assertEquals(Set.of("r-u"), held("g"));
  }

  @Test
  void aGroupThatIsMadeLaterWaitsForTheNextSnapshotWhichComesSoon() {
    look();
    drain();
    database.group("h", "Accueil", " ");
    groups.put("Accueil", Set.of("uid=yves"));
    mark(MarkKind.GROUP_TREE, "h", null);
    drain();
    assertNull(link(ResourceType.GROUP, "h"));

    lookAfter(Turn.SHORTEST);
    drain();

    assertEquals(Set.of("r-v"), held("h"));
    assertEquals(2, directories.snapshots());
  }

  @Test
  void aGroupWaitsForItsMembersWhileASyncBringsThem() {
    people.put("d3", new Person("uid=xenia", Set.of(), Map.of()));
    groups.put("Paie", Set.of("uid=zoe", "uid=xenia"));
    mark(MarkKind.GROUP_TREE, "g", null);
    look();
    drain();
    assertNull(link(ResourceType.GROUP, "g"));

    person("w", "xenia", "d3");
    lookAfter(Turn.SHORTEST);
    drain();

    assertEquals(Set.of("r-u", "r-w"), held("g"));
    assertEquals(2, directories.snapshots());
  }

  @Test
  void aGroupWithAMemberWhomNoSyncBringsArrivesWithTheOthers() {
    people.put("d3", new Person("uid=xenia", Set.of(), Map.of()));
    groups.put("Paie", Set.of("uid=zoe", "uid=xenia"));
    mark(MarkKind.GROUP_TREE, "g", null);
    look();
    drain();

    lookAfter(Turn.SHORTEST);
    drain();

    assertEquals(Set.of("r-u"), held("g"));
    lookAfter(Turn.PERIOD);
    assertEquals(0, marks());
  }

  @Test
  void whoJoinsAndLeavesInTheDirectoryIsMarkedAlone() {
    look();
    drain();
    groups.put("Paie", Set.of("uid=yves"));

    lookAfter(Turn.PERIOD);

    assertEquals(
        Map.of("u", LossCause.ABSENT, "v", LossCause.ASKED),
        marks(MarkKind.MEMBER).stream()
            .collect(toMap(Mark::memberId, mark -> LossCause.of(mark.cause(), false))));
    assertEquals(1, database.call(c -> stores.marks().roles(c, "e")).size(), "their roles too");
    drain();
    assertEquals(Set.of("r-v"), held("g"));
    lookAfter(Turn.PERIOD);
    assertEquals(0, marks());
  }

  @Test
  void aDirectoryThatDoesNotAnswerChangesNothingAndSaysSinceWhen() {
    look();
    drain();
    directories.answers(false);
    lookAfter(Turn.PERIOD);
    long since = clock.millis();
    lookAfter(Turn.AFTER_FAILURE);

    assertEquals(Set.of(new Membership("g", "u")), shown());
    assertEquals(0, marks());
    assertEquals(since, state().failingSince());
    assertEquals("it does not answer", state().reason());

    directories.answers(true);
    lookAfter(Turn.AFTER_FAILURE);
    assertNull(state().failingSince());
  }

  @Test
  void aDisabledProviderIsNotAskedAndKeepsWhatItShowed() {
    look();
    setting("p", "enabled", "false");
    lookAfter(Turn.PERIOD);
    assertEquals(1, directories.snapshots());
    assertEquals(Set.of(new Membership("g", "u")), shown());
    assertEquals("it is disabled in Keycloak", state().reason());
  }

  @Test
  void aSyncUnderEitherNameHasPeopleComparedAndTheDirectoryAsked() {
    look();
    drain();
    for (String name : List.of("lastSync", "lastSync_FULL", "lastSync_CHANGED")) {
      int before = directories.snapshots();
      setting("p", name, "1");
      lookAfter(Turn.COMPARISONS);
      assertEquals(before + 1, directories.snapshots());
      List<Mark> comparisons = database.call(c -> stores.marks().comparisons(c, Set.of("e")));
      assertEquals(List.of("DIRECTORY_SYNC"), comparisons.stream().map(Mark::cause).toList());
      database.run(c -> stores.marks().deleteAll(c, "e"));
    }
  }

  @Test
  void syncsThatNeverEndHavePeopleComparedOnceAMinute() {
    look();
    for (int second = 1; second <= 130; second++) {
      setting("p", "lastSync", String.valueOf(second));
      lookAfter(Duration.ofSeconds(1));
    }
    assertEquals(3, database.call(c -> stores.marks().comparisons(c, Set.of("e"))).size());
  }

  @Test
  void aSnapshotCostsAHundredthOfTheTimeAtMost() {
    Turn turn = new Turn("");
    turn.begin("", 0);
    turn.ended(3_000, Doubts.NONE);
    State state = State.unknown("p");
    assertEquals(false, turn.isDue("", state, 302_000));
    assertEquals(true, turn.isDue("", state, 303_000));
  }

  @Test
  void whoIsMissingForTheFirstTimeIsLookedForAgainInHalfTheTimeAndOnlyOnce() {
    Turn turn = new Turn("");
    State state = State.unknown("p");
    for (long pause : List.of(150_000, 300_000)) {
      turn.begin("", 0);
      turn.ended(3_000, new Doubts(Set.of("u"), Set.of()));
      assertEquals(false, turn.isDue("", state, 2_999 + pause));
      assertEquals(true, turn.isDue("", state, 3_000 + pause));
    }
  }

  @Test
  void aMapperThatIsGoneOrWritesIntoKeycloakShowsNothing() {
    look();
    setting("m", "mode", "IMPORT");
    directories.shows(() -> new Snapshot(Map.copyOf(people), List.of()));
    lookAfter(Duration.ofSeconds(1));
    assertEquals(Set.of(), shown());
    assertEquals(1, database.call(c -> stores.marks().comparisons(c, Set.of("e"))).size());

    setting("m", "mode", "READ_ONLY");
    directories.shows(this::snapshot);
    lookAfter(Turn.SHORTEST);
    look();
    assertEquals(Set.of(new Membership("g", "u")), shown());
  }

  @Test
  void anOlderSnapshotNeverReplacesANewerOne() {
    look();
    SnapshotRecord record = new SnapshotRecord(stores, "r", "p");
    SnapshotRecord.Base base = database.call(record::base);
    Snapshot empty = new Snapshot(Map.of(), List.of());
    Doubts before = new Doubts(Set.of("u"), Set.of());
    assertEquals(
        false,
        database
            .call(c -> record.store(c, base, empty, before, state().takenAt(), Set.of("e")))
            .marked());
    assertEquals(2, state().people());
    assertEquals(Set.of(), database.call(c -> stores.directoryPeople().vanished(c, "p")));
  }

  private void removeMapper() {
    database.sql("DELETE FROM COMPONENT WHERE ID = 'm'");
    directories.shows(() -> new Snapshot(Map.copyOf(people), List.of()));
  }

  @Test
  void whoIsMissingTwiceInARowIsDeactivatedAndWhoIsBackIsActiveAgain() {
    removeMapper();
    mark(MarkKind.USER, "u", null);
    mark(MarkKind.USER, "v", null);
    drain();
    look();
    people.remove("d1");

    lookAfter(Turn.PERIOD);
    assertEquals(0, marks(), "an entry may be on its way between two servers");
    lookAfter(Turn.PERIOD.dividedBy(2));
    assertEquals(
        List.of(LossCause.ABSENT),
        marks(MarkKind.USER).stream().map(mark -> LossCause.of(mark.cause(), false)).toList());
    drain();
    assertEquals(true, link(ResourceType.USER, "u").pushed().inactive());
    assertEquals(false, link(ResourceType.USER, "v").pushed().inactive());
    lookAfter(Turn.PERIOD);
    assertEquals(0, marks());

    people.put("d1", new Person("uid=zoe", Set.of(), Map.of()));
    lookAfter(Turn.PERIOD);
    drain();
    assertEquals(false, link(ResourceType.USER, "u").pushed().inactive());
  }

  @Test
  void aDirectoryThatDoesNotAnswerInBetweenProvesNothing() {
    look();
    people.remove("d1");
    lookAfter(Turn.PERIOD);
    directories.answers(false);
    lookAfter(Turn.PERIOD);
    lookAfter(Turn.AFTER_FAILURE);
    assertEquals(0, marks(MarkKind.USER).size());
    people.put("d1", new Person("uid=zoe", Set.of(), Map.of()));
    directories.answers(true);
    lookAfter(Turn.AFTER_FAILURE);
    lookAfter(Turn.PERIOD);
    assertEquals(Set.of(), database.call(c -> stores.directoryPeople().vanished(c, "p")));
  }

  @Test
  void aFilterThatHidesEverybodyHasAllOfThemHeldAndNothingIsHeldOnceItIsMended() {
    removeMapper();
    for (int number = 0; number < 10; number++) {
      person("w" + number, "w" + number, "x" + number);
      people.put("x" + number, new Person("uid=w" + number, Set.of(), Map.of()));
      mark(MarkKind.USER, "w" + number, null);
    }
    drain();
    look();
    Map<String, Person> all = Map.copyOf(people);
    people.clear();
    lookAfter(Turn.PERIOD);
    lookAfter(Turn.PERIOD);
    drain();
    assertEquals(10, database.call(c -> stores.losses().held(c, "e")).size());
    for (int number = 0; number < 10; number++) {
      assertEquals(false, link(ResourceType.USER, "w" + number).pushed().inactive());
    }

    people.putAll(all);
    lookAfter(Turn.PERIOD);
    drain();
    assertEquals(0, database.call(c -> stores.losses().held(c, "e")).size());
  }

  @Test
  void whoIsKeycloaksOwnByNowHasNotVanished() {
    look();
    people.remove("d1");
    lookAfter(Turn.PERIOD);
    lookAfter(Turn.PERIOD);
    assertEquals(Set.of("u"), database.call(c -> stores.directoryPeople().vanished(c, "p")));
    database.sql("UPDATE USER_ENTITY SET FEDERATION_LINK = NULL WHERE ID = 'u'");
    lookAfter(Turn.PERIOD);
    assertEquals(Set.of(), database.call(c -> stores.directoryPeople().vanished(c, "p")));
  }

  /** Shows that these have the role, by a mapper of roles. */
  private void showsRole(String... members) {
    Mapped mapped =
        new Mapped(
            "roles",
            new Rules("/", false, Strategy.MEMBERS, null),
            List.of(new Group("editor", "cn=editor", Set.of(members))));
    directories.shows(
        () ->
            new Snapshot(
                Map.copyOf(people), List.of(), List.of(new MappedRoles(mapped, null, false))));
  }

  private Set<Grant> grants() {
    return database.call(c -> stores.directoryRoles().grants(c, "roles"));
  }

  private int roleMarks() {
    int found = database.call(c -> stores.marks().roles(c, "e")).size();
    database.run(c -> stores.marks().deleteAll(c, "e"));
    return found;
  }

  @Test
  void rolesOfTheDirectoryAreFollowedAndStayWhileItIsAwayOrDoesNotShowTheirHolder() {
    removeMapper();
    component(
        "roles", "p", "role-ldap-mapper", "org.keycloak.storage.ldap.mappers.LDAPStorageMapper");
    setting("roles", "mode", "READ_ONLY");
    database.role("editor", "editor", null);
    showsRole("uid=zoe");
    look();
    assertEquals(Set.of(new Grant("editor", "u")), grants());
    assertEquals(1, roleMarks());
    lookAfter(Turn.PERIOD);
    assertEquals(0, roleMarks());

    directories.answers(false);
    lookAfter(Turn.PERIOD);
    assertEquals(Set.of(new Grant("editor", "u")), grants());
    directories.answers(true);
    Person zoe = people.remove("d1");
    lookAfter(Turn.PERIOD);
    assertEquals(Set.of(new Grant("editor", "u")), grants());
    people.put("d1", zoe);

    showsRole("uid=yves");
    lookAfter(Turn.PERIOD);
    assertEquals(Set.of(new Grant("editor", "v")), grants());
    assertEquals(1, roleMarks());

    setting("roles", "mode", "IMPORT");
    directories.shows(() -> new Snapshot(Map.copyOf(people), List.of()));
    lookAfter(Turn.PERIOD);
    assertEquals(Set.of(), grants());
  }

  @Test
  void aDirectoryThatHangsKeepsNoOtherRealmWaiting() throws Exception {
    component("p2", "s", "ldap", "org.keycloak.storage.UserStorageProvider");
    database.sql("UPDATE COMPONENT SET REALM_ID = 's' WHERE ID = 'p2'");
    component(
        "m2", "p2", "group-ldap-mapper", "org.keycloak.storage.ldap.mappers.LDAPStorageMapper");
    database.sql("INSERT INTO COMPONENT_CONFIG VALUES ('m2', 'mode', 'READ_ONLY')");
    database.run(c -> stores.endpoints().insert(c, "e2", "s"));
    Map<String, List<String>> config =
        Map.of("url", List.of("https://there/scim/v2"), "issuer", List.of("i"));
    CountDownLatch hanging = new CountDownLatch(1);
    AtomicInteger asked = new AtomicInteger();
    Directories two =
        new FakeDirectories() {
          @Override
          public Snapshot snapshot(String realmId, String providerId) {
            try {
              if (realmId.equals("r")) {
                asked.incrementAndGet();
                hanging.await();
              }
            } catch (InterruptedException stopping) {
              Thread.currentThread().interrupt();
            }
            return new Snapshot(Map.of(), List.of());
          }
        };
    ExecutorService threads = Executors.newCachedThreadPool();
    try {
      Snapshots both = new Snapshots(two, clock, endpoints -> {}, threads);
      Map<Endpoint, Stores> served =
          Map.of(
              endpoint(UserMapping.of(AttributeMapping.parse(AttributeMapping.DEFAULT))),
              stores,
              Endpoint.of("e2", "s", "n", config),
              stores);
      State there;
      do {
        both.look(served);
        there = database.call(c -> stores.directories().states(c, Set.of("s"))).get("p2");
      } while (there == null || there.takenAt() == 0 || asked.get() == 0);
      assertEquals(1, asked.get(), "one that hangs is not asked again meanwhile");
    } finally {
      hanging.countDown();
      threads.shutdown();
    }
  }
}
