package com.abilian.sbe.scim.deliver;

import static org.junit.jupiter.api.Assertions.assertTrue;

import com.abilian.sbe.scim.ManualClock;
import com.abilian.sbe.scim.client.ScimClient;
import com.abilian.sbe.scim.client.ScimTransport;
import com.abilian.sbe.scim.client.TokenSource;
import com.abilian.sbe.scim.endpoint.Endpoint;
import com.abilian.sbe.scim.project.AttributeMapping;
import com.abilian.sbe.scim.project.ResourceType;
import com.abilian.sbe.scim.store.Link;
import com.abilian.sbe.scim.store.Mark;
import com.abilian.sbe.scim.store.MarkKind;
import com.abilian.sbe.scim.store.Tables;
import com.abilian.sbe.scim.store.TestDatabase;
import java.sql.SQLException;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** An endpoint, its tables, its receiver, and a clock that stands still. */
abstract class DeliveryFixture {

  static final String LIST = "urn:ietf:params:scim:api:messages:2.0:ListResponse";

  static final TokenSource TOKENS =
      new TokenSource() {
        @Override
        public String token() {
          return "t";
        }

        @Override
        public void refused(String token) {}
      };

  final TestDatabase database = new TestDatabase();
  final Stores stores = Stores.of(database, new Tables(""));
  final FakeReceiver receiver = new FakeReceiver();
  final ManualClock clock = new ManualClock();
  final Random random = new Random(1);
  final EndpointHealth health = new EndpointHealth(clock, random);
  final ExecutorService threads = Executors.newFixedThreadPool(1);
  boolean stopped;
  Pass pass;

  @BeforeEach
  void build() {
    pass = passOf(AttributeMapping.parse(AttributeMapping.DEFAULT));
    database.run(c -> stores.endpoints().insert(c, "e", "r"));
  }

  final Endpoint endpoint(AttributeMapping mapping) {
    return new Endpoint(
        "e", "r", "name", true, receiver.url(), "i", "a", Endpoint.Auth.JWT, null, mapping);
  }

  final Pass passOf(AttributeMapping mapping) {
    Endpoint endpoint = endpoint(mapping);
    ScimClient client = new ScimClient(endpoint.url(), TOKENS, new ScimTransport(clock));
    Courier courier = new Courier("e", health, threads, () -> stopped, clock, random);
    return new Pass(stores, endpoint, new ResourcePusher(client, clock), courier, health, clock);
  }

  @AfterEach
  void close() throws SQLException {
    threads.shutdownNow();
    database.close();
    assertTrue(receiver.saidEverything());
    receiver.close();
  }

  final void mark(MarkKind kind, String id, String member) {
    mark(Mark.Priority.LIVE, kind, id, member);
  }

  final void mark(Mark.Priority priority, MarkKind kind, String id, String member) {
    Mark mark = Mark.of("r", "e", priority, kind, id, member, "TEST");
    database.run(c -> stores.marks().insert(c, List.of(mark)));
  }

  final int marks() {
    return database.call(c -> stores.marks().backlog(c, "e")).count();
  }

  final Link link(ResourceType type, String id) {
    return database.call(c -> stores.links().find(c, "e", type, Set.of(id))).get(id);
  }

  final void linked(ResourceType type, String id) {
    Link link = Link.creating(type, id).pushed("r-" + id, null, "old", "old", 1);
    database.run(c -> stores.links().save(c, "e", List.of(link)));
  }

  final void drain() {
    int rounds = 0;
    while (health.open() && pass.run()) {
      assertTrue(++rounds < 50, "it never ends");
    }
  }
}
