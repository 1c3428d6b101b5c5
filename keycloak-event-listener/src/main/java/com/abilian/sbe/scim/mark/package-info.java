/**
 * From changes to marks: a <i>mark</i> says that a user, a group, a membership or a whole realm may
 * differ at an endpoint. It is inserted in the transaction of the change, so that both are kept or
 * neither is; whoever delivers is told after the commit.
 */
package com.abilian.sbe.scim.mark;
