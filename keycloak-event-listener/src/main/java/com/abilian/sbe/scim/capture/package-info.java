/**
 * From Keycloak's events to changes. An event is never evidence of what changed: it only says which
 * user, group or membership may differ now. The hosts of endpoints that an administrator of the
 * server enables are learnt from events too.
 */
package com.abilian.sbe.scim.capture;
