/**
 * One round of delivery to one endpoint: from marks to requests, and from answers to rows.
 *
 * <p>A <i>round</i> reads marks and makes a <i>batch</i>: one <i>task</i> for each user or group.
 * Users are sent before groups, removals before everything else. A <i>delivery</i> is a task with
 * its request; the <i>sender</i> sends deliveries and makes each an <i>outcome</i>, which the round
 * <i>records</i>. Creates of people of whom nothing was sent yet go together in <i>bulks</i>, where
 * many wait; and many of them are read and recorded in <i>portions</i>, while others are being
 * sent. The <i>circuit breaker</i> stops deliveries to an endpoint that fails. An <i>access
 * update</i> is the part of a resource that decides who has access, sent alone where the rest is
 * refused. <i>Name conflicts</i> end refusals that two resources of the endpoint cause each other:
 * one <i>yields</i>, for a moment, to a temporary name. Steps hand each other values: none changes
 * what another was given.
 */
package com.abilian.sbe.scim.deliver;
