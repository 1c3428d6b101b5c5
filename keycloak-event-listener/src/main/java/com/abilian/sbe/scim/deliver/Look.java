package com.abilian.sbe.scim.deliver;

import com.abilian.sbe.scim.client.ResourceFault;
import com.abilian.sbe.scim.project.Link.Remote;
import com.abilian.sbe.scim.project.ScimResource;

/**
 * What the receiver had of a resource whose link was not to be trusted, asked before what it should
 * have was read: what is then sent is never older than the version that it names.
 *
 * @param found null where it has none
 * @param name by which a resource without an owner was found; null where it was found as ours
 * @param settled whether nothing sent before can arrive any more
 * @param inactive whether it was found as a user who may not log in
 * @param holder {@code externalId} of another user or group that has the name; null where none was
 *     found, or what is looked for was
 * @param fault why it could not be asked; null where it was
 */
record Look(
    Remote found,
    String name,
    boolean settled,
    boolean inactive,
    String holder,
    ResourceFault fault) {

  static Look failed(ResourceFault fault) {
    return new Look(null, null, false, false, null, fault);
  }

  /** Whether what was found still is what is looked for: it may have got another name meanwhile. */
  boolean fits(ScimResource wanted) {
    return name == null || name.equals(wanted.key());
  }
}
