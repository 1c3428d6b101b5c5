package com.abilian.sbe.scim.deliver;

import static org.junit.jupiter.api.Assertions.assertTrue;

import com.abilian.sbe.scim.ManualClock;
import com.abilian.sbe.scim.client.ScimClient;
import com.abilian.sbe.scim.client.ScimTransport;
import com.abilian.sbe.scim.client.TokenSource;
import com.abilian.sbe.scim.directory.FakeDirectories;
import com.abilian.sbe.scim.directory.Guard;
import com.abilian.sbe.scim.endpoint.Endpoint;
import com.abilian.sbe.scim.endpoint.Endpoints;
import com.abilian.sbe.scim.project.AttributeMapping;
import com.abilian.sbe.scim.project.Link;
import com.abilian.sbe.scim.project.ProvisioningScope;
import com.abilian.sbe.scim.project.ResourceType;
import com.abilian.sbe.scim.project.UserMapping;
import com.abilian.sbe.scim.store.LinkReport;
import com.abilian.sbe.scim.store.Mark;
import com.abilian.sbe.scim.store.MarkKind;
import com.abilian.sbe.scim.store.Stores;
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
public abstract class DeliveryFixture {

  public static final String LIST = "urn:ietf:params:scim:api:messages:2.0:ListResponse";

  public static final TokenSource TOKENS =
      new TokenSource() {
        @Override
        public String token() {
          return "t";
        }

        @Override
        public void refused(String token) {}
      };

  public final TestDatabase database = new TestDatabase();
  public final Stores stores = Stores.of(database, new Tables(""));
  public final LinkReport report = new LinkReport(new Tables(""));
  public final FakeReceiver receiver = new FakeReceiver();
  public final ManualClock clock = new ManualClock();
  public final Random random = new Random(1);
  public final CircuitBreaker breaker = new CircuitBreaker(clock, random);
  public final ExecutorService threads = Executors.newFixedThreadPool(1);
  public final FakeDirectories directories = new FakeDirectories();
  public final Guard guard = new Guard(directories, clock);
  public boolean stopped;
  public Round round;

  @BeforeEach
  public void build() {
    round = roundOf(UserMapping.of(AttributeMapping.parse(AttributeMapping.DEFAULT)));
    database.run(c -> stores.endpoints().insert(c, "e", "r"));
  }

  public final Endpoint endpoint(UserMapping mapping) {
    return endpoint(mapping, ProvisioningScope.ALL);
  }

  public final Endpoint endpoint(UserMapping mapping, ProvisioningScope scope) {
    return Endpoints.at(receiver.url(), Endpoints.of(mapping, scope));
  }

  public final Round roundOf(UserMapping mapping) {
    Endpoint endpoint = endpoint(mapping);
    ScimClient client = new ScimClient(endpoint.url(), TOKENS, new ScimTransport(clock));
    return Round.of(
        stores, endpoint, client, guard, breaker, threads, () -> stopped, clock, random);
  }

  @AfterEach
  public void close() throws SQLException {
    threads.shutdownNow();
    database.close();
    assertTrue(receiver.saidEverything());
    receiver.close();
  }

  public final void mark(MarkKind kind, String id, String member) {
    mark(Mark.Priority.LIVE, kind, id, member);
  }

  public final void mark(Mark.Priority priority, MarkKind kind, String id, String member) {
    Mark mark = Mark.of("r", "e", priority, kind, id, member, "TEST");
    database.run(c -> stores.marks().insert(c, List.of(mark)));
  }

  public final int marks() {
    return database.call(c -> stores.marks().backlog(c, "e")).count();
  }

  public final Link link(ResourceType type, String id) {
    return database.call(c -> stores.links().find(c, "e", type, Set.of(id))).get(id);
  }

  public final void linked(ResourceType type, String id) {
    Link link =
        Link.creating(type, id).pushed(new Link.Remote("r-" + id, null), new Link.Pushed("old"), 1);
    database.run(c -> stores.links().save(c, "e", List.of(link)));
  }

  /** The members that the receiver is known to hold of a group, by their ids there. */
  public final Set<String> held(String group) {
    return database
        .call(c -> stores.members().ofGroups(c, "e", List.of(group)))
        .getOrDefault(group, Set.of());
  }

  public final void drain() {
    int rounds = 0;
    while (!breaker.isTripped() && round.run()) {
      assertTrue(++rounds < 50, "it never ends");
    }
  }
}
