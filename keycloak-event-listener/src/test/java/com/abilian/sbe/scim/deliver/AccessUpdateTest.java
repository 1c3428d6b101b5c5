package com.abilian.sbe.scim.deliver;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.abilian.sbe.scim.deliver.FakeReceiver.Request;
import com.abilian.sbe.scim.project.AttributeMapping;
import com.abilian.sbe.scim.project.ClashingMapping;
import com.abilian.sbe.scim.project.Link;
import com.abilian.sbe.scim.project.LinkState;
import com.abilian.sbe.scim.project.ResourceType;
import com.abilian.sbe.scim.project.RoleMap;
import com.abilian.sbe.scim.project.UserMapping;
import com.abilian.sbe.scim.store.LinkReport;
import com.abilian.sbe.scim.store.MarkKind;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever is refused of a resource, who has to be out is taken out. */
class AccessUpdateTest extends DeliveryFixture {

  private static final String LAST_ADMINISTRATOR =
      "409 {'status':'409','reason':'last_administrator','detail':'zoe is the last'}";

  private final ReceiverModel model = new ReceiverModel();

  @BeforeEach
  void answer() {
    receiver.otherwise(model);
  }

  /** Somebody whom the receiver has, active. */
  private void member(String id, String... groups) {
    database.user(id, id);
    linked(ResourceType.USER, id);
    model.putUser("r-" + id, id);
    for (String group : groups) {
      database.join(group, id);
    }
  }

  private void group(String id, String name, String... members) {
    database.group(id, name, " ");
    linked(ResourceType.GROUP, id);
    model.putGroup(
        "r-" + id, id, "before", List.of(members).stream().map(member -> "r-" + member).toList());
  }

  private void disable(String id) {
    database.sql("UPDATE USER_ENTITY SET ENABLED = FALSE WHERE ID = '" + id + "'");
    mark(MarkKind.USER, id, null);
  }

  private boolean active(String id) {
    return model.user("r-" + id).path("active").asBoolean();
  }

  private void leave(String group, String user) {
    database.sql("DELETE FROM USER_GROUP_MEMBERSHIP WHERE USER_ID = '" + user + "'");
    mark(MarkKind.MEMBER, group, user);
  }

  private LinkReport.Summary summary() {
    return database.call(c -> report.summary(c, "e"));
  }

  private static Predicate<Request> is(String method, String path) {
    return request -> request.method().equals(method) && request.path().startsWith(path);
  }

  private void refuse(int status, Predicate<Request> what) {
    model.refuse(request -> what.test(request) ? status : 0);
  }

  @ParameterizedTest
  @ValueSource(ints = {400, 402, 405, 408, 409, 412, 413, 414, 415, 422, 431, 451, 500, 501, 502})
  void leaverWhoIsRefusedAsAWholeIsOutAllTheSame(int status) {
    member("u");
    refuse(status, is("PUT", "/Users"));
    disable("u");
    drain();
    assertFalse(active("u"));
    assertEquals(0, summary().stillIn());
    assertEquals(status, link(ResourceType.USER, "u").failure().status());
    assertEquals(0, marks());
  }

  private void mapRoles() {
    round =
        roundOf(
            new UserMapping(
                AttributeMapping.parse(List.of()), RoleMap.parse(List.of("editor=writer"))));
  }

  private String roles(String id) {
    return model.user("r-" + id).path("roles").toString();
  }

  @Test
  void roleThatWasTakenAwayIsGoneThoughTheRestIsRefused() {
    mapRoles();
    database.role("editor", "editor", null);
    member("u");
    database.grant("editor", "u");
    mark(MarkKind.USER, "u", null);
    drain();
    assertEquals("[{\"value\":\"writer\"}]", roles("u"));
    refuse(409, is("PUT", "/Users"));
    database.sql("DELETE FROM USER_ROLE_MAPPING");
    mark(MarkKind.USER, "u", null);
    drain();
    assertEquals("[]", roles("u"));
    assertTrue(active("u"));
  }

  @Test
  void rolesThatAreRefusedKeepNoLeaverIn() {
    mapRoles();
    member("u");
    model.refuse(
        request ->
            is("PUT", "/Users").test(request)
                    || String.valueOf(request.body()).contains("\"roles\"")
                ? 400
                : 0);
    disable("u");
    drain();
    assertFalse(active("u"));
    assertEquals(0, summary().stillIn());
  }

  /** What the receiver has in another version than is known is refused, and looks like a leaver. */
  @ParameterizedTest
  @ValueSource(strings = {"USER", "GROUP"})
  void versionAfterAnUpdateOfAccessIsTheOneThatIsExpectedNext(ResourceType type) {
    database.user("u", "u");
    database.group("g", "g", " ");
    String id = type == ResourceType.USER ? "u" : "g";
    Link link =
        Link.creating(type, id)
            .pushed(new Link.Remote("r-" + id, "W/1"), new Link.Pushed("old"), 1);
    database.run(c -> stores.links().save(c, "e", List.of(link)));
    database.sql("UPDATE USER_ENTITY SET ENABLED = FALSE WHERE ID = 'u'");
    receiver.otherwise(
        request ->
            switch (request.method()) {
              case "PUT" -> "400";
              case "PATCH" ->
                  "W/1".equals(request.version())
                      ? "200 {'id':'r-%s','meta':{'version':'W/2'}}".formatted(id)
                      : "412";
              default ->
                  "200 {'schemas':['%s'],'totalResults':1,'Resources':[{'id':'r-z','groups':[{'value':'r-g'}]}]}"
                      .formatted(LIST);
            });
    mark(type == ResourceType.USER ? MarkKind.USER : MarkKind.GROUP, id, null);
    drain();
    assertEquals(List.of("PUT " + there(type), "PATCH " + there(type)), receiver.written());
    assertEquals(0, summary().stillIn());
    assertEquals("W/2", link(type, id).remote().version());
  }

  private static String there(ResourceType type) {
    return type == ResourceType.USER ? "/Users/r-u" : "/Groups/r-g";
  }

  @ParameterizedTest
  @ValueSource(ints = {400, 404, 405, 409, 422, 500, 501})
  void leaverIsOutWhereTheReceiverTakesNoPatch(int status) {
    member("u");
    model.refuse(
        request -> {
          boolean whole = request.body() != null && request.body().path("userName").isTextual();
          return is("PATCH", "/Users").test(request) ? status : whole ? 400 : 0;
        });
    disable("u");
    drain();
    assertFalse(active("u"));
    assertEquals("u", model.user("r-u").path("externalId").asText());
    assertFalse(model.user("r-u").has("meta"));
    assertEquals(0, summary().stillIn());
  }

  @ParameterizedTest
  @ValueSource(ints = {400, 409, 413, 422, 500})
  void leaverWhomNothingTakesOutIsAnAlarmAndTriedUntilOut(int status) {
    member("u");
    refuse(status, request -> !request.method().equals("GET"));
    long since = clock.millis();
    disable("u");
    for (int i = 0; i < 12; i++) {
      drain();
      breaker.probed();
      assertTrue(active("u"));
      assertEquals(1, summary().stillIn());
      assertNotNull(summary().stillInSince());
      long wait = link(ResourceType.USER, "u").failure().notBefore() - clock.millis();
      assertTrue(wait <= Duration.ofMinutes(5).toMillis(), "waits " + wait + " ms");
      clock.advance(Duration.ofMinutes(5));
    }
    assertTrue(summary().stillInSince() <= since + 60_000);
    refuse(status, is("PUT", "/Users"));
    drain();
    assertFalse(active("u"));
    assertEquals(0, summary().stillIn());
  }

  @Test
  void lastAdministratorIsAnAlarmAtOnceAndTriedEveryFewMinutes() {
    member("u");
    receiver.otherwise(request -> LAST_ADMINISTRATOR);
    disable("u");
    for (int i = 0; i < 10; i++) {
      receiver.forget();
      drain();
      assertEquals(List.of("PUT /Users/r-u", "PATCH /Users/r-u"), receiver.asked());
      assertEquals(1, summary().stillIn());
      Link link = link(ResourceType.USER, "u");
      assertEquals("PUT Users answered 409 last_administrator", link.failure().error());
      long wait = link.failure().notBefore() - clock.millis();
      assertTrue(wait >= 120_000 && wait <= 180_000, "waits " + wait + " ms");
      clock.advance(Duration.ofMillis(wait));
    }
    receiver.otherwise(model);
    drain();
    assertFalse(active("u"));
    assertEquals(0, summary().stillIn());
  }

  @Test
  void otherReasonsAreNoCodes() {
    member("u");
    receiver.otherwise(
        request ->
            request.method().equals("PUT")
                ? "409 {'reason':'zoe\\n','scimType':'uniqueness'}"
                : model.apply(request));
    disable("u");
    drain();
    assertEquals(
        "PUT Users answered 409 uniqueness", link(ResourceType.USER, "u").failure().error());
  }

  @ParameterizedTest
  @ValueSource(ints = {400, 409})
  void whoComesBackIsLetInThoughTheRestIsRefused(int status) {
    member("u");
    refuse(status, is("PUT", "/Users"));
    disable("u");
    drain();
    database.sql("UPDATE USER_ENTITY SET ENABLED = TRUE");
    mark(MarkKind.USER, "u", null);
    drain();
    assertTrue(active("u"));
    assertEquals(0, summary().stillIn());
  }

  @Test
  void newcomerWhoIsRefusedIsNoLeaver() {
    database.user("u", "u");
    refuse(400, is("POST", "/Users"));
    disable("u");
    drain();
    disable("u");
    drain();
    assertEquals(0, summary().stillIn());
    long wait = link(ResourceType.USER, "u").failure().notBefore() - clock.millis();
    assertTrue(wait > Duration.ofHours(12).toMillis(), "nobody is in a hurry");
  }

  @Test
  void leaverWhomAnUnansweredCreateMadeIsFoundAndTakenOut() {
    database.user("u", "u");
    mark(MarkKind.USER, "u", null);
    receiver.then(FakeReceiver.BREAK);
    drain();
    model.putUser("r-u", "u");
    refuse(409, is("PUT", "/Users"));
    disable("u");
    drain();
    assertFalse(active("u"));
  }

  @Test
  void leaverWhoCannotBeProjectedIsOut() {
    member("u");
    database.sql(
        "INSERT INTO USER_ATTRIBUTE (USER_ID, NAME, VALUE)"
            + " SELECT ID, N, 'v' FROM USER_ENTITY, (VALUES ('a'), ('b')) V(N)");
    round = roundOf(ClashingMapping.of("a", "b"));
    disable("u");
    drain();
    assertFalse(active("u"));
  }

  @ParameterizedTest
  @ValueSource(ints = {400, 405, 409, 500})
  void whoIsGoneIsOutThoughTheReceiverDoesNotDelete(int status) {
    linked(ResourceType.USER, "u");
    model.putUser("r-u", "u");
    refuse(status, is("DELETE", "/Users"));
    mark(MarkKind.USER, "u", null);
    drain();
    assertFalse(active("u"));
    assertEquals(0, summary().stillIn());
    assertNotNull(link(ResourceType.USER, "u").failure().notBefore());
    model.acceptEverything();
    clock.advance(Duration.ofMinutes(5));
    drain();
    assertNull(model.user("r-u"));
    assertNull(link(ResourceType.USER, "u"));
  }

  @ParameterizedTest
  @ValueSource(ints = {400, 403, 406, 429, 503})
  void whatOneBodyMeetsAfterAProbeIsItsOwn(int status) {
    member("u");
    member("other");
    refuse(
        status,
        request ->
            request.method().equals("PUT") && request.body().path("userName").asText().equals("u"));
    disable("u");
    drain();
    if (breaker.isTripped()) {
      clock.advance(Duration.ofMinutes(1));
      assertTrue(breaker.probeDue());
      breaker.probed();
      drain();
    }
    assertFalse(active("u"));
    assertFalse(breaker.isTripped());
    mark(MarkKind.USER, "other", null);
    drain();
    assertEquals("other", model.user("r-other").path("userName").asText());
    assertEquals(0, marks());
  }

  @ParameterizedTest
  @ValueSource(ints = {400, 405, 409, 413, 422, 500, 501})
  void membershipsOfAGroupWhoseNameIsRefusedArrive(int status) {
    group("g", "Refused", "stays", "leaves");
    member("stays", "g");
    member("leaves", "g");
    member("joins", "g");
    refuse(status, request -> is("PATCH", "/Groups").test(request) && names(request));
    mark(MarkKind.MEMBER, "g", "joins");
    leave("g", "leaves");
    drain();
    assertEquals(Set.of("r-stays", "r-joins"), model.members("r-g"));
    assertEquals("before", model.group("r-g").path("displayName").asText());
    assertEquals(0, summary().stillIn());
    assertEquals(0, marks());
  }

  private static boolean names(Request request) {
    return request.body().at("/Operations/0/path").asText().equals("displayName");
  }

  @ParameterizedTest
  @ValueSource(ints = {400, 405, 409, 413, 422, 500, 501})
  void wholeMembershipOfAGroupThatIsRefusedArrives(int status) {
    group("g", "Refused", "stays", "leaves");
    member("stays", "g");
    member("leaves");
    member("joins", "g");
    refuse(
        status,
        request ->
            is("PUT", "/Groups").test(request)
                || is("PATCH", "/Groups").test(request) && names(request));
    mark(MarkKind.GROUP, "g", null);
    drain();
    assertEquals(Set.of("r-stays", "r-joins"), model.members("r-g"));
    assertEquals(0, summary().stillIn());
  }

  @ParameterizedTest
  @ValueSource(ints = {400, 404, 405, 501})
  void leaverOfAGroupIsOutWhereTheReceiverTakesNoPatch(int status) {
    group("g", "G", "stays", "leaves");
    member("stays", "g");
    member("leaves", "g");
    refuse(
        status,
        is("PATCH", "/Groups")
            .or(
                r ->
                    is("PUT", "/Groups").test(r)
                        && r.body().path("displayName").asText().equals("G")));
    leave("g", "leaves");
    drain();
    assertEquals(Set.of("r-stays"), model.members("r-g"));
    assertEquals("before", model.group("r-g").path("displayName").asText());
    assertEquals(0, summary().stillIn());
  }

  @Test
  void oneMemberWhoIsRefusedKeepsNoOtherIn() {
    group("g", "G", IntStream.range(0, 200).mapToObj(i -> "m" + i).toArray(String[]::new));
    IntStream.range(0, 200).forEach(i -> member("m" + i));
    refuse(
        400,
        request ->
            is("PATCH", "/Groups").test(request)
                    && request.body().toString().contains("\"r-m77\\\"")
                || is("PUT", "/Groups").test(request));
    IntStream.range(0, 200).forEach(i -> mark(MarkKind.MEMBER, "g", "m" + i));
    drain();
    assertEquals(Set.of("r-m77"), model.members("r-g"));
    assertEquals(1, summary().stillIn());
    assertTrue(receiver.asked().size() < 30, "asked " + receiver.asked().size() + " times");
    model.acceptEverything();
    clock.advance(Duration.ofMinutes(5));
    drain();
    assertEquals(Set.of(), model.members("r-g"));
    assertEquals(0, summary().stillIn());
  }

  @Test
  void lastAdministratorOfAGroupKeepsNoOtherIn() {
    group("g", "G", "boss", "a", "b");
    List.of("boss", "a", "b").forEach(id -> member(id));
    receiver.otherwise(
        request ->
            request.path().startsWith("/Groups")
                    && !request.method().equals("GET")
                    && (request.method().equals("PUT")
                        || request.body().toString().contains("r-boss"))
                ? LAST_ADMINISTRATOR
                : model.apply(request));
    List.of("boss", "a", "b").forEach(id -> mark(MarkKind.MEMBER, "g", id));
    drain();
    assertEquals(Set.of("r-boss"), model.members("r-g"));
    assertEquals(1, summary().stillIn());
    long wait = link(ResourceType.GROUP, "g").failure().notBefore() - clock.millis();
    assertTrue(wait >= 120_000 && wait <= 180_000, "waits " + wait + " ms");
  }

  @Test
  void groupThatTheReceiverDoesNotDeleteIsEmptied() {
    linked(ResourceType.GROUP, "g");
    model.putGroup("r-g", "g", "G", List.of("r-a", "r-b"));
    refuse(409, is("DELETE", "/Groups"));
    mark(MarkKind.GROUP_TREE, "g", null);
    drain();
    assertEquals(Set.of(), model.members("r-g"));
    assertEquals(0, summary().stillIn());
  }

  @Test
  void receiverThatIgnoresTheFilterIsAskedForTheGroupItself() {
    group("g", "Refused", "stays", "leaves");
    member("stays", "g");
    member("leaves");
    receiver.otherwise(
        request -> {
          if (request.path().contains("groups.value")) {
            return "200 {'totalResults':2,'Resources':[{'id':'r-stays'},{'id':'r-other'}]}";
          }
          return is("PUT", "/Groups").test(request) ? "400" : model.apply(request);
        });
    mark(MarkKind.GROUP, "g", null);
    drain();
    assertEquals(Set.of("r-stays"), model.members("r-g"));
  }

  @Test
  void membersOfAGroupOfFiftyThousandAreSentAsDifferences() {
    int size = 50_000;
    List<String> ids = IntStream.range(0, size).mapToObj(i -> "%05d".formatted(i)).toList();
    database.sql(
        "INSERT INTO USER_ENTITY (ID, REALM_ID, USERNAME, ENABLED) SELECT LPAD(X, 5, '0'), 'r',"
            + " 'u' || X, TRUE FROM SYSTEM_RANGE(0, %d)".formatted(size - 1));
    database.sql(
        "INSERT INTO USER_GROUP_MEMBERSHIP (GROUP_ID, USER_ID) SELECT 'g', ID FROM USER_ENTITY WHERE ID >= '00010'");
    database.run(
        c ->
            stores
                .links()
                .save(
                    c,
                    "e",
                    ids.stream()
                        .map(
                            id ->
                                Link.creating(ResourceType.USER, id)
                                    .pushed(
                                        new Link.Remote("r-" + id, null), new Link.Pushed("x"), 1))
                        .toList()));
    database.group("g", "G", " ");
    linked(ResourceType.GROUP, "g");
    model.putGroup(
        "r-g", "g", "before", ids.subList(0, size - 1500).stream().map(id -> "r-" + id).toList());
    refuse(413, request -> request.body() != null && request.body().toString().length() > 200_000);
    mark(MarkKind.GROUP, "g", null);
    drain();
    assertEquals(size - 10, model.members("r-g").size());
    assertFalse(model.members("r-g").contains("r-00009"));
    assertEquals("G", model.group("r-g").path("displayName").asText());
    assertEquals(LinkState.ACTIVE, link(ResourceType.GROUP, "g").state());
    assertEquals(model.members("r-g"), held("g"));
    assertTrue(receiver.asked().size() < 60, "asked " + receiver.asked().size() + " times");

    receiver.forget();
    mark(MarkKind.GROUP, "g", null);
    drain();
    assertEquals(List.of(), receiver.asked(), "nothing differs");
  }

  @Test
  void groupIsNeverRefusedForItsOwnSize() {
    group("g", "G");
    IntStream.range(0, 300).forEach(i -> member("m" + i, "g"));
    database.group("new", "New", " ");
    IntStream.range(0, 300).forEach(i -> database.join("new", "m" + i));
    refuse(413, request -> request.body() != null && request.body().toString().length() > 2_000);
    mark(MarkKind.GROUP, "g", null);
    mark(MarkKind.GROUP, "new", null);
    drain();
    assertEquals(300, model.members("r-g").size());
    assertEquals(300, model.members(link(ResourceType.GROUP, "new").remoteId()).size());
    assertEquals(0, summary().parked());
  }
}
