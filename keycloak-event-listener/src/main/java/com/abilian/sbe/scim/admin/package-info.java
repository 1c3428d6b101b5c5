/**
 * Resources of the Admin API for the administrators of a realm, one class for each: the status of
 * its endpoints, and the check of a configuration.
 */
package com.abilian.sbe.scim.admin;
