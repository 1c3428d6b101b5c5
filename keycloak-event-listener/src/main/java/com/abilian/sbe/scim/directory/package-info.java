/**
 * Directories (LDAP) that people and groups come from. A <i>snapshot</i> asks one for everybody and
 * for the members of all groups, through a copy of its provider that changes nothing in Keycloak;
 * it is complete, or thrown away. {@link com.abilian.sbe.scim.directory.Snapshots} takes them, and
 * marks what differs from the last one.
 */
package com.abilian.sbe.scim.directory;
