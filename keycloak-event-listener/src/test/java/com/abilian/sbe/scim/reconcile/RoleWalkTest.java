package com.abilian.sbe.scim.reconcile;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.abilian.sbe.scim.deliver.DeliveryFixture;
import com.abilian.sbe.scim.endpoint.Endpoint;
import com.abilian.sbe.scim.project.AttributeMapping;
import com.abilian.sbe.scim.project.Link;
import com.abilian.sbe.scim.project.Projection;
import com.abilian.sbe.scim.project.ResourceType;
import com.abilian.sbe.scim.project.RoleMap;
import com.abilian.sbe.scim.project.UserMapping;
import com.abilian.sbe.scim.project.UserState;
import com.abilian.sbe.scim.store.Mark;
import com.abilian.sbe.scim.store.MarkKind;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class RoleWalkTest extends DeliveryFixture {

  private static final int PEOPLE = 2 * Pace.PAGE + 100;

  private final UserMapping mapping =
      new UserMapping(AttributeMapping.parse(List.of()), RoleMap.parse(List.of("editor=writer")));

  private Endpoint mapped;
  private RoleWalk walk;

  @BeforeEach
  void people() {
    mapped = endpoint(mapping);
    walk = new RoleWalk(stores, mapped);
    IntStream.range(0, PEOPLE).forEach(number -> database.user(id(number), "u" + number));
    database.role("editor", "editor", null);
    database.role("staff", "staff", null);
    IntStream.range(0, PEOPLE)
        .filter(number -> number % 100 == 0)
        .forEach(number -> database.grant("staff", id(number)));
    sent(IntStream.range(0, PEOPLE).mapToObj(RoleWalkTest::id).toList());
  }

  private static String id(int number) {
    return "u%04d".formatted(number);
  }

  /** These were sent as they are now. */
  private void sent(Collection<String> ids) {
    database.run(
        c -> {
          Collection<UserState> users =
              stores.realms().users(c, "r", ids, mapping.needs()).values();
          List<Link> links = users.stream().map(this::link).toList();
          stores.links().save(c, "e", links);
        });
  }

  private Link link(UserState user) {
    String hash = Projection.user(user, mapping).hash();
    return Link.creating(ResourceType.USER, user.id())
        .pushed(new Link.Remote("r-" + user.id(), "1"), new Link.Pushed(hash), 1);
  }

  private void asked() {
    mark(Mark.Priority.FULL_SYNC, MarkKind.ROLES, "", null);
  }

  private List<Mark> round() {
    List<Mark> read = database.call(c -> stores.marks().first(c, "e", 500));
    List<Mark> seen = read.stream().filter(mark -> mark.kind() != MarkKind.ROLES).toList();
    List<Mark> walks = read.stream().filter(mark -> mark.kind() == MarkKind.ROLES).toList();
    database.run(
        c -> {
          stores.marks().delete(c, seen.stream().map(Mark::id).toList());
          if (!walks.isEmpty()) {
            walk.step(c, walks);
          }
        });
    return seen;
  }

  /** The ids that rounds look at until nothing is left, in their order. */
  private List<String> drained() {
    List<String> seen = new ArrayList<>();
    int rounds = 0;
    while (marks() > 0) {
      round().forEach(mark -> seen.add(mark.kind() + " " + mark.resourceId()));
      assertTrue(++rounds < 100, "it never ends");
    }
    return seen;
  }

  private static List<String> holders() {
    return IntStream.range(0, PEOPLE)
        .filter(number -> number % 100 == 0)
        .mapToObj(number -> "USER " + id(number))
        .toList();
  }

  @Test
  void whoHasTheRoleByAnotherFromNowOnIsMarkedAndNobodyElse() {
    database.contain("staff", "editor");
    asked();
    assertEquals(holders(), drained());
  }

  @Test
  void nobodyIsMarkedWhereNothingDiffers() {
    database.role("other", "other", null);
    database.contain("staff", "other");
    asked();
    assertEquals(List.of(), drained());
  }

  @Test
  void oneIsUnderWayHoweverManyAreAskedFor() {
    database.contain("staff", "editor");
    asked();
    round();
    IntStream.range(0, 700).forEach(number -> asked());
    List<String> seen = drained();
    assertEquals(Set.copyOf(holders()), Set.copyOf(seen));
    // Nothing was sent meanwhile: the second walk finds the same.
    assertEquals(2, Collections.frequency(seen, "USER u2000"));
    assertTrue(Collections.frequency(seen, "USER u0000") <= 2);
  }

  @Test
  void whatChangesBehindTheWalkIsFoundByTheNextOne() {
    asked();
    round();
    database.grant("editor", "u0001");
    asked();
    assertEquals(List.of("USER u0001"), drained());
  }

  @Test
  void whoWasNeverSentOrIsGoneIsNotMarked() {
    database.contain("staff", "editor");
    database.sql("DELETE FROM SBE_SCIM_LINK WHERE RESOURCE_ID = 'u0100'");
    database.sql("UPDATE SBE_SCIM_LINK SET PUSHED_HASH = NULL WHERE RESOURCE_ID = 'u0200'");
    database.sql("DELETE FROM USER_ENTITY WHERE ID = 'u0300'");
    asked();
    List<String> expected = new ArrayList<>(holders());
    expected.removeAll(List.of("USER u0100", "USER u0200", "USER u0300"));
    assertEquals(expected, drained());
  }

  @Test
  void markIsForgottenWhereTheEndpointReadsNoRoles() {
    walk = new RoleWalk(stores, endpoint(UserMapping.of(AttributeMapping.parse(List.of()))));
    database.contain("staff", "editor");
    asked();
    assertEquals(List.of(), drained());
  }

  @Test
  void rolesAreSentInTheRoundsThatFollow() {
    database.contain("staff", "editor");
    round = roundOf(mapping);
    receiver.otherwise(
        request -> "200 {'id':'%s'}".formatted(request.path().replace("/Users/", "")));
    asked();
    drain();
    assertEquals(holders().size(), receiver.asked().size());
    assertTrue(receiver.asked().stream().allMatch(asked -> asked.startsWith("PUT /Users/r-u")));
    assertEquals(0, marks());
    asked();
    drain();
    assertEquals(holders().size(), receiver.asked().size(), "what was accepted is not sent again");
  }

  @Test
  void rollingComparisonJudgesRolesToo() {
    database.contain("staff", "editor");
    Comparison comparison = new Comparison(stores, mapped);
    int pages = 0;
    while (!comparison.next().last()) {
      assertTrue(++pages < 10, "it never ends");
    }
    List<Mark> marks = database.call(c -> stores.marks().first(c, "e", PEOPLE));
    assertFalse(marks.isEmpty());
    assertEquals(
        holders(), marks.stream().map(mark -> mark.kind() + " " + mark.resourceId()).toList());
  }
}
