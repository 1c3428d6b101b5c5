package com.abilian.sbe.scim.client;

import java.net.URI;

/**
 * Requests to one receiver with its token, repeated where that may be, and the faults that their
 * answers are. Paths are relative to the base URL and begin with the resource's collection.
 */
final class Exchange {

  private final String base;
  private final TokenSource tokens;
  private final GuardedTransport transport;

  Exchange(URI base, TokenSource tokens, GuardedTransport transport) {
    this.base = base.toString();
    this.tokens = tokens;
    this.transport = transport;
  }

  /**
   * A request that must not be carried out twice.
   *
   * @throws UnclearException where it may or may not have been carried out
   */
  ScimAnswer once(String method, String path, Object body)
      throws EndpointFault, ResourceFault, UnclearException, InterruptedException {
    try {
      return judged(method, path, authorized(method, path, null, body));
    } catch (TransportException failure) {
      if (failure.isUnsent()) {
        throw unreachable(failure);
      }
      throw new UnclearException(failure.getMessage());
    }
  }

  /**
   * A request that may be carried out twice is sent once more where its connection broke: the
   * receiver may just have closed an idle one.
   */
  ScimAnswer repeatable(String method, String path, String version, Object body)
      throws EndpointFault, ResourceFault, InterruptedException {
    String shown = collection(path);
    try {
      return judged(method, shown, repeated(method, path, version, body));
    } catch (TransportException failure) {
      if (failure.isUnsent()) {
        throw unreachable(failure);
      }
      throw new ResourceFault(
          ResourceFault.Kind.RETRY, null, method + " " + shown + ": " + failure.getMessage());
    }
  }

  private ScimAnswer repeated(String method, String path, String version, Object body)
      throws EndpointFault, TransportException, InterruptedException {
    try {
      return authorized(method, path, version, body);
    } catch (TransportException broken) {
      if (broken.kind() != TransportException.Kind.BROKEN) {
        throw broken;
      }
      return authorized(method, path, version, body);
    }
  }

  /** What is asked of the receiver itself, as it was answered. */
  ScimAnswer get(String path) throws EndpointFault, InterruptedException {
    try {
      return authorized("GET", path, null, null);
    } catch (TransportException failure) {
      throw unreachable(failure);
    }
  }

  /** As {@link #get}, without a token. */
  ScimAnswer getOpenly(String path) throws EndpointFault, InterruptedException {
    try {
      return send("GET", path, null, null, null);
    } catch (TransportException failure) {
      throw unreachable(failure);
    }
  }

  /** A refused token is replaced once; the second refusal is an answer. */
  private ScimAnswer authorized(String method, String path, String version, Object body)
      throws EndpointFault, TransportException, InterruptedException {
    String token = tokens.token();
    ScimAnswer answer = send(method, path, token, version, body);
    if (answer.status() == 401) {
      tokens.refused(token);
      answer = send(method, path, tokens.token(), version, body);
    }
    return answer;
  }

  private ScimAnswer send(String method, String path, String token, String version, Object body)
      throws TransportException, InterruptedException {
    URI uri = URI.create(base + "/" + path);
    return transport.send(method, collection(path), uri, token, version, body);
  }

  private static String collection(String path) {
    return path.replaceAll("[/?].*", "");
  }

  /** The same answer, or the fault that it is. */
  static ScimAnswer judged(String method, String path, ScimAnswer answer)
      throws EndpointFault, ResourceFault {
    String said = method + " " + path + " answered " + answer.summary();
    return switch (answer.verdict()) {
      case ACCEPTED -> method.equals("GET") ? answer : scim(method, path, answer);
      case NOT_FOUND, CONFLICT -> answer;
      case REFUSED -> throw ResourceFault.refused(answer, said);
      case RETRY_RESOURCE ->
          throw new ResourceFault(ResourceFault.Kind.RETRY, answer.status(), said);
      case RETRY_ENDPOINT ->
          throw EndpointFault.answered(false, said, answer.retryAfter(), answer.status());
      case PAUSE_ENDPOINT -> {
        String why = aboutTheToken(answer);
        throw EndpointFault.answered(
            true, why.isEmpty() ? said : said + ": " + why, null, answer.status());
      }
    };
  }

  /**
   * The same answer.
   *
   * @throws ResourceFault where it accepts, and is none of a SCIM service
   */
  private static ScimAnswer scim(String method, String path, ScimAnswer answer)
      throws ResourceFault {
    if (answer.isNoScim()) {
      throw noScim(method, path, answer);
    }
    return answer;
  }

  /** The fault of what accepts, and is no answer to what was asked. */
  static ResourceFault noScim(String method, String path, ScimAnswer answer) {
    String said = method + " " + path + " answered " + answer.status() + ", but no SCIM";
    return new ResourceFault(ResourceFault.Kind.RETRY, null, said);
  }

  /**
   * Why a token was refused; other texts, also those of a 403, may name a person and are left out.
   */
  static String aboutTheToken(ScimAnswer answer) {
    return answer.status() == 401 ? answer.detail() : "";
  }

  /** What is said of an answer to {@link #get}. */
  String said(String path, String answered) {
    return "GET " + base + "/" + path + " answered " + answered;
  }

  /** As {@link ScimClient#wrongAddress}. */
  EndpointFault wrongAddress(String method, String path, ScimAnswer answer) {
    return new EndpointFault(
        true,
        method + " " + base + "/" + path + " answered " + answer.summary() + ": check url",
        null);
  }

  private EndpointFault unreachable(TransportException failure) {
    return new EndpointFault(
        failure.kind() == TransportException.Kind.UNTRUSTED,
        base + ": " + failure.getMessage(),
        null);
  }
}
