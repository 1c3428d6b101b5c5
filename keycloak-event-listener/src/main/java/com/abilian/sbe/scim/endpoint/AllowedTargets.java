package com.abilian.sbe.scim.endpoint;

import java.util.Optional;

/** Where endpoints may point. */
@FunctionalInterface
public interface AllowedTargets {

  /** Why nothing may be sent to this endpoint, and who can change that; empty where it may. */
  Optional<String> refusal(Endpoint endpoint);
}
