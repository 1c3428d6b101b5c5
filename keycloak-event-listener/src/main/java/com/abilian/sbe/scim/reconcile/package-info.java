/**
 * Full syncs: everything of a realm is looked at again, because its configuration changed or a
 * change may have left no mark. A <i>full sync</i> makes ordinary marks, page by page, so that
 * deliveries know nothing of it and live changes overtake it. A <i>comparison</i> marks only what
 * differs, and never ends. A <i>run</i> compares the receiver's own lists too, which is the only
 * net under what links believe wrongly.
 */
package com.abilian.sbe.scim.reconcile;
