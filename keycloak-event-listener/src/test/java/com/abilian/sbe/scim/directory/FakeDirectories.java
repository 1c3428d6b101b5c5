package com.abilian.sbe.scim.directory;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/** A directory that shows what it is told to. */
public class FakeDirectories implements Directories {

  private final Map<String, Presence> presences = new HashMap<>();
  private final List<Collection<String>> asked = new ArrayList<>();
  private Supplier<Snapshot> shown = () -> new Snapshot(Map.of(), List.of());
  private boolean answers = true;
  private volatile int snapshots;

  public void answers(boolean now) {
    answers = now;
  }

  public void shows(Supplier<Snapshot> snapshot) {
    shown = snapshot;
  }

  public void has(String directoryId, Presence presence) {
    presences.put(directoryId, presence);
  }

  /** How many snapshots were asked for. */
  public int snapshots() {
    return snapshots;
  }

  /** The ids that were asked for, one list for each question. */
  public List<Collection<String>> asked() {
    return asked;
  }

  @Override
  public Snapshot snapshot(String realmId, String providerId) throws DirectoryException {
    snapshots++;
    check();
    return shown.get();
  }

  @Override
  public Map<String, Presence> presence(
      String realmId, String providerId, Collection<String> directoryIds)
      throws DirectoryException {
    asked.add(directoryIds);
    check();
    Map<String, Presence> found = new HashMap<>();
    directoryIds.forEach(id -> found.put(id, presences.getOrDefault(id, Presence.ABSENT)));
    return found;
  }

  private void check() throws DirectoryException {
    if (!answers) {
      throw new DirectoryException("it does not answer", null);
    }
  }
}
