/**
 * SCIM requests (RFC 7644) to one receiver, and what their answers mean. A fault is of the
 * <i>endpoint</i> ({@link com.abilian.sbe.scim.client.EndpointFault}: nothing can be delivered for
 * now) or of one <i>resource</i> ({@link com.abilian.sbe.scim.client.ResourceFault}: the others may
 * be accepted). The transport is bounded in time and size, texts that a receiver made up go no
 * further, and requests for access tokens (RFC 6749) go by it too.
 */
package com.abilian.sbe.scim.client;
