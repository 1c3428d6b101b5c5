package com.abilian.sbe.scim.client;

import java.net.URI;
import java.util.Optional;

/** Requests to somebody who is told something, and answers with a status. */
public final class Webhook {

  private final ScimTransport transport;

  public Webhook(ScimTransport transport) {
    this.transport = transport.forOthers();
  }

  /**
   * One POST of JSON, without a token.
   *
   * @return why it was not taken, in our own words; empty where it was
   */
  public Optional<String> post(URI address, Object body) throws InterruptedException {
    try {
      int status = transport.send("POST", address, null, body).status();
      return Verdict.of(status) == Verdict.ACCEPTED
          ? Optional.empty()
          : Optional.of("it answered " + status);
    } catch (TransportException failure) {
      return Optional.of(failure.getMessage());
    }
  }
}
