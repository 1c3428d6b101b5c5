package com.abilian.sbe.scim.endpoint;

import java.util.Optional;
import java.util.function.Predicate;

/**
 * If the operator named hosts, only those are allowed. Otherwise each realm may send to the hosts
 * that were learnt for it, at first to none.
 */
public record TargetRules(AllowedHosts named, Predicate<Endpoint> learnt)
    implements AllowedTargets {

  @Override
  public Optional<String> refusal(Endpoint endpoint) {
    boolean allowed = named.given() ? named.permits(endpoint.url()) : learnt.test(endpoint);
    return allowed ? Optional.empty() : Optional.of(named.refusal(endpoint.url()));
  }

  /** As {@link #refusal}, for an administrator whose saving would make the host learnt. */
  public Optional<String> refusalForServerAdministrator(Endpoint endpoint) {
    return named.given() ? refusal(endpoint) : Optional.empty();
  }
}
