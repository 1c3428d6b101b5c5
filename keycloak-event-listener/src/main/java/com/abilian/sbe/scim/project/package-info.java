/**
 * What a receiver should hold, what it is known to hold, and what to do about the difference.
 *
 * <p>The <i>projection</i> makes a user or group of Keycloak a SCIM resource; a <i>link</i> is what
 * is known of a resource at an endpoint; a <i>decision</i> compares them. Nothing here knows
 * Keycloak, a database or HTTP, and nothing changes.
 */
package com.abilian.sbe.scim.project;
