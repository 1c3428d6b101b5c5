package com.abilian.sbe.scim.deliver;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Many people of whom nothing was sent yet, in portions: while one is being sent, the one before it
 * is recorded and the one after it is read. Each person is still read, sent and recorded in this
 * order, and is in one portion only.
 */
final class Portions {

  private final int size;
  private final PeopleReader reader;
  private final Sender sender;
  private final NameConflicts names;
  private final Recorder recorder;
  private final GroupTasks noGroups;

  /**
   * @param size people in one
   * @param noGroups people alone are sent
   */
  Portions(
      int size,
      PeopleReader reader,
      Sender sender,
      NameConflicts names,
      Recorder recorder,
      GroupTasks noGroups) {
    this.size = size;
    this.reader = reader;
    this.sender = sender;
    this.names = names;
    this.recorder = recorder;
    this.noGroups = noGroups;
  }

  /** What was sent of a portion. */
  private record Sent(Deliveries deliveries, List<Outcome> outcomes) {}

  /**
   * Sends as many as can be begun in time; the marks of the others stay.
   *
   * @return ids of marks that turned out to ask for nothing
   */
  Set<String> deliver(Map<String, Task> people) {
    long deadline = sender.deadline();
    Set<String> nothingToDo = new HashSet<>();
    List<Outcome> outcomes = new ArrayList<>();
    List<Map<String, Task>> left = split(people);
    Sent before = null;
    Deliveries next = read(left.remove(0));
    long took = 0;
    while (next != null) {
      long begun = sender.now();
      Deliveries current = next;
      List<Outcome> ended = new ArrayList<>(sender.deliver(current.removals()));
      Sending<List<Outcome>> sending = sender.begin(current.pushes(), deadline);
      try {
        record(before);
        // This one and the next are to end in time: who is read in vain is written in vain, twice.
        boolean follows = !left.isEmpty() && sender.mayBegin(deadline - 2 * took);
        next = follows ? read(left.remove(0)) : null;
      } finally {
        // Whatever has failed here, nothing may be under way once this is over.
        sending.end().forEach(ended::addAll);
      }
      took = sender.now() - begun;
      before = new Sent(current, ended);
      outcomes.addAll(ended);
      nothingToDo.addAll(current.nothingToDo());
    }
    record(before);
    names.settle(outcomes);
    return nothingToDo;
  }

  private Deliveries read(Map<String, Task> portion) {
    return names.yielding(reader.read(portion, noGroups).deliveries());
  }

  private void record(Sent sent) {
    if (sent != null) {
      recorder.record(sent.outcomes(), Set.of(), sent.deliveries().losses());
    }
  }

  private List<Map<String, Task>> split(Map<String, Task> people) {
    List<Map<String, Task>> portions = new ArrayList<>();
    Map<String, Task> last = Map.of();
    for (Map.Entry<String, Task> one : people.entrySet()) {
      if (portions.isEmpty() || last.size() == size) {
        last = new LinkedHashMap<>();
        portions.add(last);
      }
      last.put(one.getKey(), one.getValue());
    }
    return portions;
  }
}
