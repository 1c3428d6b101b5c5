package com.abilian.sbe.scim.deliver;

import com.abilian.sbe.scim.directory.Presence;
import com.abilian.sbe.scim.endpoint.Endpoint;
import com.abilian.sbe.scim.store.Stores;
import java.time.Clock;
import java.util.Map;
import java.util.Set;

/**
 * Makes deliveries of people: reads their links, looks at what the receiver has where that is not
 * known, then reads the people themselves. No later change of them is in what is sent.
 */
final class PeopleReader {

  private final Stores stores;
  private final Endpoint endpoint;
  private final UserTasks users;
  private final Departures departures;
  private final Sender sender;
  private final Looks looks;
  private final Clock clock;

  PeopleReader(
      Stores stores,
      Endpoint endpoint,
      UserTasks users,
      Departures departures,
      Sender sender,
      Looks looks,
      Clock clock) {
    this.stores = stores;
    this.endpoint = endpoint;
    this.users = users;
    this.departures = departures;
    this.sender = sender;
    this.looks = looks;
    this.clock = clock;
  }

  /**
   * @param members who is to be sent because a group needs them
   */
  record People(Set<String> members, Deliveries deliveries) {}

  /**
   * What is to be sent of these people. It is stored what has to be known of their links before.
   *
   * @param groups those whose members go before them
   */
  People read(Map<String, Task> asked, GroupTasks groups) {
    long now = clock.millis();
    UserTasks.Known known =
        stores
            .transactions()
            .call(c -> users.known(c, asked.keySet(), groups.neverAttemptedMembers(c), now));
    Map<String, Look> found = Asked.all(sender, looks, known.links(), known.names()::get, now);
    Map<String, Presence> directories = departures.ask(known.links().values());
    Deliveries deliveries =
        stores
            .transactions()
            .changing(endpoint.id(), c -> users.load(c, asked, known, found, directories, now));
    return new People(known.members(), deliveries);
  }
}
