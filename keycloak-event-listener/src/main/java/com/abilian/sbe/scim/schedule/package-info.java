/**
 * When to deliver, and on which node. The <i>dispatcher</i> keeps one <i>worker</i> for each
 * enabled endpoint whose <i>lease</i> this node holds, whatever becomes of the components; a worker
 * runs rounds until nothing is left, or until another node has taken the lease. <i>Nodes</i> with
 * an older projection leave deliveries to those with a newer one.
 */
package com.abilian.sbe.scim.schedule;
