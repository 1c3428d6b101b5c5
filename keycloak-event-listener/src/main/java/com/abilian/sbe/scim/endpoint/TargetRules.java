package com.abilian.sbe.scim.endpoint;

import java.net.URI;
import java.util.Optional;
import java.util.function.BiPredicate;

/**
 * If the operator named hosts, only those are allowed. Otherwise each realm may send to the hosts
 * that were learnt for it, at first to none. Receiver and token endpoint have to be allowed alike.
 */
public record TargetRules(AllowedHosts named, BiPredicate<Endpoint, URI> learnt)
    implements AllowedTargets {

  @Override
  public Optional<String> refusal(Endpoint endpoint) {
    return endpoint.addresses().stream()
        .filter(address -> !allows(endpoint, address))
        .findFirst()
        .map(address -> key(endpoint, address) + named.refusal(address));
  }

  private boolean allows(Endpoint endpoint, URI address) {
    return named.given() ? named.permits(address) : learnt.test(endpoint, address);
  }

  private static String key(Endpoint endpoint, URI address) {
    return address.equals(endpoint.url()) ? "" : CredentialsConfig.TOKEN_URL + ": ";
  }

  /** As {@link #refusal}, for an administrator whose saving would make the hosts learnt. */
  public Optional<String> refusalForServerAdministrator(Endpoint endpoint) {
    return named.given() ? refusal(endpoint) : Optional.empty();
  }
}
