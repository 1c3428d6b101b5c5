package com.abilian.sbe.scim.deliver;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.abilian.sbe.scim.project.ResourceType;
import com.abilian.sbe.scim.store.MarkKind;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What went wrong before must not make the receiver keep a state that is wrong. */
class LostChangeTest extends DeliveryFixture {

  @ParameterizedTest
  @ValueSource(ints = {500, 400})
  void leaveThatFailedIsNotForgottenWhenAnotherJoins(int status) {
    database.group("g", "G", " ");
    linked(ResourceType.GROUP, "g");
    for (String id : List.of("leaver", "joiner")) {
      database.user(id, id);
      linked(ResourceType.USER, id);
    }
    mark(MarkKind.MEMBER, "g", "leaver");
    receiver.then(status);
    drain();
    database.join("g", "joiner");
    mark(MarkKind.MEMBER, "g", "joiner");
    receiver.then(200, "{}");
    drain();
    assertEquals(List.of("PATCH /Groups/r-g", "PUT /Groups/r-g"), receiver.asked());
    assertEquals("[{\"value\":\"r-joiner\"}]", receiver.body(1).path("members").toString());
  }
}
