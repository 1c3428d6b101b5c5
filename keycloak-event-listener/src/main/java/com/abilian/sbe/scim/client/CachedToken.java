package com.abilian.sbe.scim.client;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;

/** Keeps a token until shortly before its end. */
public final class CachedToken implements TokenSource {

  /** A token and until when it is good. */
  public record Issued(String token, Instant expires) {}

  /** Makes a new token. */
  @FunctionalInterface
  public interface Issuer {
    Issued issue() throws EndpointFault;
  }

  private static final Duration MARGIN = Duration.ofSeconds(30);

  private final Issuer issuer;
  private final Clock clock;
  private Issued current;

  public CachedToken(Issuer issuer, Clock clock) {
    this.issuer = issuer;
    this.clock = clock;
  }

  @Override
  public synchronized String token() throws EndpointFault {
    if (current == null || !clock.instant().isBefore(current.expires().minus(MARGIN))) {
      current = issuer.issue();
    }
    return current.token();
  }

  @Override
  public synchronized void refused(String token) {
    if (current != null && current.token().equals(token)) {
      current = null;
    }
  }
}
