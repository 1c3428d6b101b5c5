package com.abilian.sbe.scim.reconcile;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.abilian.sbe.scim.client.EndpointFault;
import com.abilian.sbe.scim.client.MemoryBudget;
import com.abilian.sbe.scim.client.ScimClient;
import com.abilian.sbe.scim.client.ScimTransport;
import com.abilian.sbe.scim.deliver.DeliveryFixture;
import com.abilian.sbe.scim.endpoint.Endpoint;
import com.abilian.sbe.scim.endpoint.Endpoints;
import com.abilian.sbe.scim.project.AttributeMapping;
import com.abilian.sbe.scim.project.Link;
import com.abilian.sbe.scim.project.Projection;
import com.abilian.sbe.scim.project.ProvisioningScope;
import com.abilian.sbe.scim.project.ProvisioningScope.Leaving;
import com.abilian.sbe.scim.project.ResourceType;
import com.abilian.sbe.scim.project.ScimResource;
import com.abilian.sbe.scim.project.UserMapping;
import com.abilian.sbe.scim.project.UserNeeds;
import com.abilian.sbe.scim.project.UserState;
import com.abilian.sbe.scim.store.Mark;
import com.abilian.sbe.scim.store.MarkKind;
import com.abilian.sbe.scim.store.Run;
import com.abilian.sbe.scim.store.Run.Action;
import com.abilian.sbe.scim.store.Run.Item;
import com.abilian.sbe.scim.store.Run.Phase;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ReconcilerTest extends DeliveryFixture {

  private static final UserMapping MAPPING = UserMapping.of(AttributeMapping.parse(List.of()));

  private final ListingReceiver lists = new ListingReceiver();
  private MemoryBudget memory = MemoryBudget.of(1 << 20);
  private Reconciler reconciler;

  @BeforeEach
  void begin() {
    receiver.otherwise(lists);
    restart();
  }

  /** Another process goes on. */
  private void restart() {
    Endpoint endpoint = endpoint(MAPPING);
    ScimClient client = new ScimClient(endpoint.url(), TOKENS, new ScimTransport(clock));
    reconciler = new Reconciler(stores, endpoint, client, memory, clock);
  }

  private void scopedTo(String group, boolean paused) {
    ProvisioningScope scope =
        new ProvisioningScope(Set.of(group), Set.of(), Map.of(), Set.of(), Leaving.DEACTIVATE);
    Endpoint endpoint = Endpoints.paused(paused, endpoint(MAPPING, scope));
    ScimClient client = new ScimClient(endpoint.url(), TOKENS, new ScimTransport(clock));
    reconciler = new Reconciler(stores, endpoint, client, memory, clock);
  }

  @Test
  void listForWhichThereIsNoMemoryEndsTheRunAndGivesItBack() throws Exception {
    for (int number = 0; number < 20; number++) {
      lists.user("id-" + number, "external-" + number, "name-" + number, "1");
    }
    memory = MemoryBudget.of(20 * 300);
    restart();
    String id = ask(false);
    steps();
    assertTrue(found(id).hasEnded());
    assertEquals(
        "the list of Users is longer than this server has memory for", found(id).failure());
    assertTrue(memory.take(20 * 300), "what was taken was given back");
    memory.give(20 * 300);

    lists.remove("Users", "id-0");
    for (int number = 5; number < 20; number++) {
      lists.remove("Users", "id-" + number);
    }
    assertEquals(Map.of(Action.DELETE, 4), told(reconciled(false)));
    assertTrue(memory.take(20 * 300), "what was remembered is forgotten");
  }

  @Test
  void whomTheReceiverStillHasAndWhoIsOutOfScopeLeaves() throws Exception {
    groupInLine("g");
    scopedTo("g", false);
    inLine("in");
    database.join("g", "in");
    database.user("never", "never");
    database.user("forgotten", "forgotten");
    lists.user("there", "forgotten", "forgotten", "1");
    inLine("out");
    database.user("left", "left");
    save(ResourceType.USER, "left", "remote-left", Projection.LEFT, clock.millis() - 1000);
    lists.user("remote-left", "left", "left", "1");
    Run run = reconciled(false);
    assertEquals(Map.of(Action.DISABLE, 2, Action.DELETE, 1), told(run), "left is active there");
    assertEquals(Set.of("USER out", "USER left", "USER forgotten", "GROUP g"), marked());
    assertNull(link(ResourceType.USER, "forgotten").remoteId(), "it is looked for once more");
  }

  @Test
  void aRunForgetsWhoIsNeitherInKeycloakNorAtAnyReceiver() throws Exception {
    save(ResourceType.USER, "passed", "remote", Projection.LEFT, clock.millis());
    for (String known : List.of("'former', 'p', 'd'", "'passed', 'p', 'd'", "'gone', 'p', 'e'")) {
      database.sql(
          "INSERT INTO SBE_SCIM_DIRECTORY_USER (USER_ID, PROVIDER_ID, DIRECTORY_ID) VALUES (%s)"
              .formatted(known));
    }
    lists.user("remote", "passed", "passed", "1");
    reconciled(false);
    Set<String> asked = Set.of("former", "passed", "gone");
    assertEquals(
        Set.of("former", "passed"),
        database.call(c -> stores.directoryPeople().remembered(c, asked)).keySet());
  }

  @Test
  void dryRunOfAPausedEndpointTellsAndAnyOtherWaits() throws Exception {
    groupInLine("g");
    scopedTo("g", true);
    for (String id : List.of("new", "known", "out")) {
      database.user(id, id);
    }
    database.join("g", "new");
    database.join("g", "known");
    lists.user("hand", null, "known", "1");
    String waiting = ask(false);
    String dry = ask(true);
    steps();
    assertEquals(Map.of(Action.CREATE, 1, Action.ADOPT, 1), told(found(dry)));
    assertTrue(found(dry).hasEnded());
    assertNull(found(waiting).startedAt());
    assertEquals(Set.of(), marked());
  }

  /** A person of Keycloak's whom the receiver has as they were sent, in version 1. */
  private void inLine(String id) {
    database.user(id, "name-" + id);
    delivered(id, "remote-" + id, clock.millis() - 1000);
    lists.user("remote-" + id, id, "name-" + id, "1");
  }

  private void delivered(String id, String remoteId, long at) {
    UserState user =
        database.call(c -> stores.realms().users(c, "r", Set.of(id), UserNeeds.NONE)).get(id);
    save(ResourceType.USER, id, remoteId, Projection.user(user, MAPPING), at);
  }

  private void groupInLine(String id) {
    database.group(id, "Group " + id, " ");
    ScimResource group =
        Projection.group(
            id, database.call(c -> stores.realms().groups(c, "r")).path(id), List.of());
    save(ResourceType.GROUP, id, "remote-" + id, group, clock.millis() - 1000);
    lists.group("remote-" + id, id, "Group " + id, "1");
  }

  private void save(ResourceType type, String id, String remoteId, ScimResource sent, long at) {
    Link link =
        Link.creating(type, id)
            .pushed(new Link.Remote(remoteId, "1"), new Link.Pushed(sent.hash()), at);
    database.run(c -> stores.links().save(c, "e", List.of(link)));
  }

  private String ask(boolean dryRun) {
    Run run = Run.of("e", "r", "BY_HAND", dryRun);
    database.run(c -> stores.runs().insert(c, run));
    return run.id();
  }

  private Run found(String id) {
    return database.call(c -> stores.runs().find(c, "r", id)).orElseThrow();
  }

  /** Until the run waits for its time, or has ended. */
  private void steps() throws Exception {
    int steps = 0;
    for (Long due = clock.millis(); due != null && due <= clock.millis(); due = step()) {
      assertTrue(++steps < 100, "it never ends");
    }
  }

  private Long step() throws EndpointFault, InterruptedException {
    return reconciler.step();
  }

  private Run reconciled(boolean dryRun) throws Exception {
    String id = ask(dryRun);
    steps();
    clock.advance(Duration.ofSeconds(61));
    steps();
    Run run = found(id);
    assertTrue(run.hasEnded());
    assertNull(run.failure());
    return run;
  }

  private static Map<Action, Integer> told(Run run) {
    return run.counts().entrySet().stream()
        .filter(entry -> entry.getValue() > 0)
        .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
  }

  private Set<String> marked() {
    return database.call(c -> stores.marks().first(c, "e", Mark.Priority.FULL_SYNC, 1000)).stream()
        .map(mark -> mark.kind() + " " + mark.resourceId())
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private List<Item> items(Run run) {
    return database.call(c -> stores.runs().items(c, run.id()));
  }

  @Test
  void whatIsInLineCostsTheReceiversListsAlone() throws Exception {
    inLine("u");
    groupInLine("g");
    Run run = reconciled(false);
    assertEquals(Map.of(), told(run));
    // Members of groups are looked at by the delivery.
    assertEquals(Set.of("GROUP g"), marked());
    assertTrue(receiver.asked().stream().allMatch(asked -> asked.startsWith("GET ")));
  }

  @Test
  void whatTheReceiverHasInAnotherVersionIsSentAgain() throws Exception {
    inLine("u");
    inLine("same");
    lists.user("remote-u", "u", "name-u", "2");
    Run run = reconciled(false);
    assertEquals(Map.of(Action.UPDATE, 1), told(run));
    assertEquals(Set.of("USER u"), marked());
    assertTrue(link(ResourceType.USER, "u").needsLook(clock.millis()));
  }

  @Test
  void whoIsActiveThereAndNotHereIsSentAgainWhereNoVersionTells() throws Exception {
    database.user("u", "name-u");
    database.sql("UPDATE USER_ENTITY SET ENABLED = FALSE");
    delivered("u", "remote-u", clock.millis() - 1000);
    lists.user("remote-u", "u", "name-u", null);
    Run run = reconciled(false);
    assertEquals(Map.of(Action.DISABLE, 1), told(run));
    assertEquals(Set.of("USER u"), marked());
  }

  @Test
  void whoIsCalledOtherwiseIsSentAgainWhereNoVersionTells() throws Exception {
    inLine("u");
    lists.user("remote-u", "u", "other", null);
    assertEquals(Map.of(Action.UPDATE, 1), told(reconciled(false)));
  }

  @Test
  void whomTheReceiverHasLostIsLookedForAndSentAgain() throws Exception {
    inLine("u");
    groupInLine("g");
    lists.remove("Users", "remote-u");
    lists.remove("Groups", "remote-g");
    Run run = reconciled(false);
    assertEquals(Map.of(Action.CREATE, 2), told(run));
    assertEquals(Set.of("USER u", "GROUP g"), marked());
    assertTrue(link(ResourceType.USER, "u").needsLook(clock.millis()));
  }

  @Test
  void whoWasDeliveredAfterTheListsWereReadIsNotJudgedByThem() throws Exception {
    inLine("u");
    lists.user("remote-u", "u", "name-u", "0");
    String id = ask(false);
    while (receiver.asked().stream().noneMatch(asked -> asked.contains("/Groups"))) {
      step();
    }
    delivered("u", "remote-u", clock.millis());
    steps();
    assertEquals(Map.of(), told(found(id)));
  }

  @Test
  void whoIsNobodysIsRemovedOnceNothingCanArriveAnyMore() throws Exception {
    inLine("u");
    lists.user("stray", "nobody", "nobody", "7");
    String id = ask(false);
    steps();
    assertEquals(Phase.REMOVALS, found(id).phase());
    assertEquals(Set.of(), marked());
    clock.advance(Duration.ofSeconds(61));
    steps();
    assertEquals(Map.of(Action.DELETE, 1), told(found(id)));
    assertEquals(Set.of("USER nobody"), marked());
    assertNull(link(ResourceType.USER, "nobody").remoteId(), "it is looked for once more");
  }

  @Test
  void whoIsSomebodysByThenIsLookedForBeforeAnythingIsRemoved() throws Exception {
    for (String id : List.of("late", "gone", "renamed")) {
      lists.user("stray-" + id, id, id, "1");
    }
    ask(false);
    steps();
    database.user("late", "late");
    lists.remove("Users", "stray-gone");
    lists.user("stray-renamed", "another", "renamed", "2");
    clock.advance(Duration.ofSeconds(61));
    steps();
    // The first is Keycloak's by now, and is sent as everybody is.
    assertEquals(Set.of("USER late", "USER gone", "USER renamed"), marked());
    assertNull(link(ResourceType.USER, "late"));
    assertNull(link(ResourceType.USER, "gone").remoteId());
    assertNull(link(ResourceType.USER, "renamed").remoteId());
  }

  @Test
  void whatAnotherReceiverHasOfOthersIsOnlyTold() throws Exception {
    lists.isNotOurs();
    lists.user("theirs", "somebody-elses", "other", "1");
    lists.user("by-hand", null, "hand", "1");
    Run run = reconciled(false);
    assertEquals(Map.of(Action.REPORT, 2), told(run));
    assertEquals(Set.of(), marked());
    assertEquals(
        Set.of("theirs", "by-hand"),
        items(run).stream().map(Item::remoteId).collect(Collectors.toSet()));
  }

  @Test
  void secondOfOnePersonIsToldAndLeftAlone() throws Exception {
    inLine("u");
    lists.user("second", "u", "name-u-2", "1");
    Run run = reconciled(false);
    assertEquals(Map.of(Action.REPORT, 1), told(run));
    assertEquals("second", items(run).get(0).remoteId());
  }

  @Test
  void manyWhoWouldBeRemovedStayAndEverythingElseIsSent() throws Exception {
    for (String id : List.of("a", "b", "c", "d")) {
      lists.user("stray-" + id, "nobody-" + id, id, "1");
    }
    database.user("new", "new");
    Run run = reconciled(false);
    assertEquals(4, run.held());
    assertEquals(Map.of(Action.CREATE, 1, Action.DELETE, 4), told(run));
    assertEquals(Set.of("USER new"), marked());
  }

  @Test
  void whoIsGoneFromKeycloakCountsAmongThem() throws Exception {
    for (String id : List.of("a", "b", "c", "d")) {
      inLine(id);
    }
    database.sql("DELETE FROM USER_ENTITY WHERE ID IN ('a', 'b')");
    lists.user("stray", "nobody", "nobody", "1");
    assertEquals(Set.of("USER a", "USER b", "USER nobody"), afterwards(reconciled(false)));
    database.sql("DELETE FROM USER_ENTITY");
    database.run(c -> stores.marks().deleteAll(c, "e"));
    // Three of the five were let go before.
    assertEquals(2, reconciled(false).held());
  }

  private Set<String> afterwards(Run run) {
    assertEquals(0, run.held());
    return marked();
  }

  @Test
  void dryRunTellsEverythingAndChangesNothing() throws Exception {
    inLine("same");
    inLine("otherThere");
    lists.user("remote-otherThere", "otherThere", "x", "9");
    inLine("otherHere");
    database.sql("UPDATE USER_ENTITY SET LAST_NAME = 'New' WHERE ID = 'otherHere'");
    inLine("disabled");
    database.sql("UPDATE USER_ENTITY SET ENABLED = FALSE WHERE ID = 'disabled'");
    inLine("gone");
    database.sql("DELETE FROM USER_ENTITY WHERE ID = 'gone'");
    database.user("new", "new");
    database.user("known", "known");
    lists.user("found", "known", "known", "1");
    database.user("named", "named");
    lists.user("hand", null, "named", "1");
    lists.user("stray", "nobody", "nobody", "1");
    lists.user("other", null, "by-hand", "1");
    Map<String, Link> before = links();
    String id = ask(true);
    steps();
    Run run = found(id);
    assertTrue(run.hasEnded(), "nothing is waited for");
    assertEquals(
        Map.of(
            Action.CREATE, 1,
            Action.ADOPT, 2,
            Action.UPDATE, 2,
            Action.DISABLE, 1,
            Action.DELETE, 2,
            Action.REPORT, 1),
        told(run));
    assertEquals(
        Set.of(
            new Item(Action.CREATE, ResourceType.USER, "new", null),
            new Item(Action.ADOPT, ResourceType.USER, "known", "found"),
            new Item(Action.ADOPT, ResourceType.USER, "named", "hand"),
            new Item(Action.UPDATE, ResourceType.USER, "otherThere", "remote-otherThere"),
            new Item(Action.UPDATE, ResourceType.USER, "otherHere", "remote-otherHere"),
            new Item(Action.DISABLE, ResourceType.USER, "disabled", "remote-disabled"),
            new Item(Action.DELETE, ResourceType.USER, "gone", "remote-gone"),
            new Item(Action.DELETE, ResourceType.USER, "nobody", "stray"),
            new Item(Action.REPORT, ResourceType.USER, null, "other")),
        Set.copyOf(items(run)));
    assertEquals(Set.of(), marked());
    assertEquals(before, links());
  }

  private Map<String, Link> links() {
    return database.call(c -> stores.links().all(c, "e", ResourceType.USER));
  }

  @Test
  void runGoesOnWhereAnotherProcessLeftIt() throws Exception {
    int people = Pace.PAGE + 5;
    for (int i = 0; i < people; i++) {
      database.user("u%05d".formatted(i), "n" + i);
    }
    String id = ask(false);
    while (found(id).count(Action.CREATE) == 0) {
      step();
    }
    assertEquals(Pace.PAGE, found(id).count(Action.CREATE));
    receiver.forget();
    restart();
    steps();
    assertEquals(people, found(id).count(Action.CREATE));
    assertEquals(people, database.call(c -> stores.marks().backlog(c, "e")).count());
    assertTrue(found(id).hasEnded());
  }

  @Test
  void listOfManyPagesIsReadToItsEnd() throws Exception {
    lists.pagesOf(2);
    for (String id : List.of("a", "b", "c", "d", "e")) {
      inLine(id);
    }
    assertEquals(Map.of(), told(reconciled(false)));
    assertEquals(
        3, receiver.asked().stream().filter(asked -> asked.startsWith("GET /Users?")).count());
  }

  @Test
  void receiverThatAnswersTheSamePageForEverIsReadOnce() throws Exception {
    inLine("u");
    receiver.otherwise(
        request ->
            request.path().contains("startIndex=")
                ? lists
                    .apply(
                        new com.abilian.sbe.scim.deliver.FakeReceiver.Request(
                            request.method(),
                            request.path().replaceAll("startIndex=\\d+", "startIndex=1"),
                            null,
                            null))
                    .replace("\"totalResults\":1", "\"totalResults\":1000000")
                : lists.apply(request));
    assertEquals(Map.of(), told(reconciled(false)));
  }

  @Test
  void receiverThatCannotTellItsListNowIsAskedAgain() throws Exception {
    inLine("u");
    lists.failsOnce();
    String id = ask(false);
    steps();
    assertEquals(Phase.USERS, found(id).phase());
    clock.advance(Duration.ofSeconds(31));
    steps();
    assertTrue(found(id).hasEnded());
  }

  @Test
  void receiverThatRefusesItsListEndsTheRunWithTheReason() throws Exception {
    receiver.otherwise(
        request -> request.path().contains("startIndex=") ? "400" : lists.apply(request));
    String id = ask(false);
    steps();
    assertTrue(found(id).hasEnded());
    assertTrue(found(id).failure().contains("400"), found(id).failure());
  }

  @Test
  void runWaitsForTheEndOfAFullSync() throws Exception {
    mark(Mark.Priority.FULL_SYNC, MarkKind.REALM, "", null);
    String id = ask(false);
    Long due = step();
    assertTrue(due > clock.millis());
    assertNull(found(id).startedAt());
    database.run(c -> stores.marks().deleteAll(c, "e"));
    steps();
    assertTrue(found(id).hasEnded());
  }

  private String lastCause() {
    return database.call(c -> stores.runs().latest(c, "e")).map(Run::cause).orElse(null);
  }

  private boolean shadow() {
    return database.call(c -> stores.endpoints().standing(c, "e")).orElseThrow().shadow();
  }

  private void minuteLater() throws Exception {
    clock.advance(Duration.ofSeconds(61));
    step();
  }

  @Test
  void receiverThatWasSetBackIsReconciled() throws Exception {
    lists.standsAt("one", 40);
    step();
    assertNull(lastCause());
    lists.standsAt("one", 50);
    minuteLater();
    assertNull(lastCause());
    lists.standsAt("one", 45);
    minuteLater();
    assertEquals("RECEIVER_RESTORED", lastCause());
  }

  @Test
  void receiverWithAnotherDatabaseIsReconciled() throws Exception {
    lists.standsAt("one", 40);
    step();
    lists.standsAt("two", 41);
    minuteLater();
    assertEquals("RECEIVER_RESTORED", lastCause());
  }

  @Test
  void keycloakThatWasSetBackIsReconciled() throws Exception {
    lists.standsAt("one", 40);
    step();
    lists.standsAt("one", 50);
    restart();
    step();
    assertEquals("KEYCLOAK_RESTORED", lastCause());
  }

  @Test
  void databaseThatWasSetBackUnderARunningServerIsReconciled() throws Exception {
    lists.standsAt("one", 40);
    step();
    lists.standsAt("one", 50);
    minuteLater();
    database.sql("UPDATE SBE_SCIM_ENDPOINT SET HIGHEST_CHANGE = 40");
    minuteLater();
    assertEquals("KEYCLOAK_RESTORED", lastCause());
  }

  @Test
  void restartWithoutAChangeIsNoOccasion() throws Exception {
    step();
    restart();
    step();
    assertNull(lastCause());
  }

  @Test
  void receiverThatAppliesWhatItWasSentByNowIsNoOccasionAndIsRemembered() throws Exception {
    lists.shadows(true);
    step();
    assertTrue(shadow());
    lists.shadows(false);
    restart();
    step();
    assertNull(lastCause());
    assertFalse(shadow());
  }

  @Test
  void thereIsARunEveryNight() throws Exception {
    step();
    clock.advance(Duration.ofHours(24));
    step();
    assertEquals("NIGHTLY", lastCause());
  }
}
