/**
 * Resources of the Admin API for the administrators of a realm, one class for each: the status of
 * its endpoints, the check of a configuration, and runs that reconcile an endpoint.
 */
package com.abilian.sbe.scim.admin;
