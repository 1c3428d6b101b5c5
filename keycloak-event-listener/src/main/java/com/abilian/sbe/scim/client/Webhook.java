package com.abilian.sbe.scim.client;

import java.net.URI;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntPredicate;

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
    return post(address, body, status -> Verdict.of(status) == Verdict.ACCEPTED);
  }

  /**
   * As above, of a POST that says nothing, where it is known how that is refused.
   *
   * @param status that of the refusal
   */
  public Optional<String> tryOut(URI address, int status) throws InterruptedException {
    return post(address, Map.of(), answered -> answered == status);
  }

  private Optional<String> post(URI address, Object body, IntPredicate expected)
      throws InterruptedException {
    try {
      int status = transport.send("POST", address, null, body).status();
      return expected.test(status) ? Optional.empty() : Optional.of("it answered " + status);
    } catch (TransportException failure) {
      return Optional.of(failure.getMessage());
    }
  }
}
