package com.abilian.sbe.scim.client;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;

/** Keeps a token until shortly before its end. */
public final class CachedToken implements TokenSource {

  /** A token and until when it is good. */
  public record Issued(String token, Instant expires) {

    /** Without the token. */
    @Override
    public String toString() {
      return "Issued[expires=" + expires + "]";
    }
  }

  /** Makes a new token. */
  @FunctionalInterface
  public interface Issuer {
    Issued issue() throws EndpointFault;
  }

  /** How long before its end a token is replaced; half its life where that is less. */
  private static final Duration MARGIN = Duration.ofSeconds(30);

  private final Issuer issuer;
  private final Clock clock;
  private String current;
  private Instant until = Instant.MIN;

  /** Attempts that have ended, and how the last did; null where it brought a token. */
  private volatile long ended;

  private EndpointFault fault;

  public CachedToken(Issuer issuer, Clock clock) {
    this.issuer = issuer;
    this.clock = clock;
  }

  @Override
  public String token() throws EndpointFault {
    return tokenSince(ended);
  }

  /**
   * Who waited for an attempt that failed does not make another: each may take as long as a request
   * does.
   */
  private synchronized String tokenSince(long asked) throws EndpointFault {
    if (current != null && clock.instant().isBefore(until)) {
      return current;
    }
    if (asked != ended && fault != null) {
      throw fault;
    }
    issue();
    return current;
  }

  private void issue() throws EndpointFault {
    current = null;
    fault = null;
    try {
      Issued issued = issuer.issue();
      until = until(issued.expires());
      current = issued.token();
    } catch (EndpointFault failure) {
      fault = failure;
      throw failure;
    } finally {
      ended++;
    }
  }

  private Instant until(Instant expires) {
    Instant now = clock.instant();
    if (expires.isAfter(now.plus(MARGIN).plus(MARGIN))) {
      return expires.minus(MARGIN);
    }
    return now.plus(Duration.between(now, expires).dividedBy(2));
  }

  @Override
  public synchronized void refused(String token) {
    if (token.equals(current)) {
      current = null;
    }
  }
}
