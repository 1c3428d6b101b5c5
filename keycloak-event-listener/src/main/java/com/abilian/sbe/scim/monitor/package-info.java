/**
 * What others watch the connector by: Keycloak's metrics, and a webhook that is told of alarms.
 * Nothing here asks the database because somebody looks: the tables are read now and then, and it
 * is told how long ago.
 */
package com.abilian.sbe.scim.monitor;
