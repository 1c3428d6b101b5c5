package com.abilian.sbe.scim.client;

import java.net.URI;
import java.time.Duration;
import java.util.function.BooleanSupplier;

/**
 * Asks directly before each request whether it may be sent, tells the listener how it ended, and
 * remembers for each thread whether one was sent of which nobody saw the end.
 */
final class GuardedTransport {

  private final ScimTransport transport;
  private final BooleanSupplier maySend;
  private final RequestListener listener;
  private final ThreadLocal<Boolean> unseen = ThreadLocal.withInitial(() -> false);

  GuardedTransport(ScimTransport transport, BooleanSupplier maySend, RequestListener listener) {
    this.transport = transport;
    this.maySend = maySend;
    this.listener = listener;
  }

  /**
   * @param collection for the listener
   */
  ScimAnswer send(
      String method, String collection, URI uri, String token, String version, Object body)
      throws TransportException, InterruptedException {
    if (!maySend.getAsBoolean()) {
      throw new HeldBackException();
    }
    boolean before = unseen.get();
    unseen.set(true);
    try {
      ScimAnswer answer = told(method, collection, uri, token, version, body);
      unseen.set(before || !method.equals("GET") && !isClear(answer));
      return answer;
    } catch (TransportException failure) {
      unseen.set(before || !method.equals("GET") && !failure.isUnsent());
      throw failure;
    }
  }

  private ScimAnswer told(
      String method, String collection, URI uri, String token, String version, Object body)
      throws TransportException, InterruptedException {
    long begun = System.nanoTime();
    Verdict verdict = null;
    try {
      ScimAnswer answer = transport.send(method, uri, token, version, body);
      verdict = answer.verdict();
      return answer;
    } finally {
      listener.ended(method, collection, verdict, Duration.ofNanos(System.nanoTime() - begun));
    }
  }

  /** What answers everything with a page of its own has carried out nothing. */
  static boolean isClear(ScimAnswer answer) {
    boolean accepted = Verdict.of(answer.status()) == Verdict.ACCEPTED;
    return answer.isHeld() || Verdict.isClear(answer.status()) && !(accepted && answer.isNoScim());
  }

  /** Nobody knows who gave the last answer: what was sent may not have arrived yet. */
  void doubt() {
    unseen.set(true);
  }

  /** Tells the listener of an operation of a bulk, which was told of as a request by itself. */
  void told(String method, String collection, ScimAnswer answer) {
    listener.ended(method, collection, answer.verdict(), null);
  }

  /** As {@link ScimClient#tookUnseen}. */
  boolean tookUnseen() {
    boolean found = unseen.get();
    unseen.set(false);
    return found;
  }
}
