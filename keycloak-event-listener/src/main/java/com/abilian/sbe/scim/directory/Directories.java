package com.abilian.sbe.scim.directory;

import java.util.Collection;
import java.util.Map;

/** Asks directories, with time-outs of a few seconds; nothing in Keycloak changes by it. */
public interface Directories {

  /**
   * Everybody whom a provider finds, and the groups of those of its mappers whose memberships stand
   * in the directory alone.
   *
   * @throws DirectoryException where anything of it could not be had
   */
  Snapshot snapshot(String realmId, String providerId) throws DirectoryException;

  /**
   * Whether each of these entries, by their ids in the directory, is there.
   *
   * @throws DirectoryException where it could not be asked
   */
  Map<String, Presence> presence(String realmId, String providerId, Collection<String> directoryIds)
      throws DirectoryException;
}
