/**
 * Configuration: an <i>endpoint</i> is one receiver of one realm, read from a component. Which
 * hosts it may send to is decided by the server's operator, or learnt from an administrator of the
 * server. Secrets are kept in a table of our own.
 */
package com.abilian.sbe.scim.endpoint;
