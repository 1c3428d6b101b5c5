package com.abilian.sbe.scim.deliver;

import com.abilian.sbe.scim.project.Link;
import com.abilian.sbe.scim.project.Loss;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * What a round sends of the users, or of the groups.
 *
 * @param nothingToDo ids of marks that turned out to ask for nothing, or for what is held
 * @param losses those that go with it
 */
record Deliveries(
    List<Delivery> removals, List<Delivery> pushes, Set<String> nothingToDo, Set<Loss.Key> losses) {

  /** To be filled. */
  static Deliveries none() {
    return new Deliveries(new ArrayList<>(), new ArrayList<>(), new HashSet<>(), new HashSet<>());
  }

  /** Links that have to be stored before anything is sent. */
  List<Link> linksInDoubt() {
    return Stream.concat(removals.stream(), pushes.stream())
        .filter(delivery -> delivery.link() != null)
        .filter(delivery -> !delivery.link().equals(delivery.before()))
        .map(Delivery::link)
        .toList();
  }

  /** Removals first: a new user may take the name of one who was deleted. */
  List<Outcome> send(Sender sender) {
    List<Outcome> outcomes = new ArrayList<>(sender.deliver(removals));
    outcomes.addAll(sender.deliver(pushes));
    return outcomes;
  }
}
