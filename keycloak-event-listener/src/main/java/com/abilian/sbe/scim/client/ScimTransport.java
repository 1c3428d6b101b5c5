package com.abilian.sbe.scim.client;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.NullNode;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Clock;
import java.time.Duration;
import java.util.Set;
import java.util.function.Supplier;

/**
 * One HTTP exchange: HTTP/1.1 over kept-alive connections, no redirects, bounded in time and size.
 */
public final class ScimTransport {

  /** With {@link #READING} it is what a lease leaves to a request. */
  private static final Duration TIMEOUT = Duration.ofMillis(7_500);

  private static final Duration READING = Duration.ofMillis(500);
  private static final long LONGEST_ANSWER = 16 << 20;

  /** So much is read whatever memory there is. */
  private static final long LONGEST_TOKEN_ANSWER = 64 << 10;

  /** Their status says it all: a body that is too long is ignored. */
  private static final Set<String> UNREAD = Set.of("PUT", "PATCH", "DELETE");

  private static final String SCIM = "application/scim+json";

  private static final String JSON_ALONE = "application/json";

  /** Bounds what a short text can become in memory. Each resource of a page may have hundreds. */
  static final long MOST_TOKENS = 500_000;

  private static final ObjectMapper JSON =
      new ObjectMapper(
          JsonFactory.builder()
              .streamReadConstraints(
                  StreamReadConstraints.builder().maxTokenCount(MOST_TOKENS).build())
              .build());

  /** Of the heap, for long answers of all receivers together. */
  private static final int SHARE_OF_HEAP = 4;

  /** Of that, for those of one receiver. */
  private static final int SHARE_OF_ONE = 2;

  private final HttpClient http;
  private final ProxyRules proxies;
  private final Clock clock;
  private final Supplier<Duration> timeout;
  private final long longestAnswer;
  private final MemoryBudget memory;
  private final String mediaType;

  /** As the JVM's own settings say. */
  public ScimTransport(Clock clock) {
    this(HttpClient.newBuilder(), ProxyRules.NONE, clock);
  }

  /**
   * @param http with what is to be said of TLS
   */
  public ScimTransport(HttpClient.Builder http, ProxyRules proxies, Clock clock) {
    this(
        (proxies.isEmpty() ? http : http.proxy(proxies))
            .version(HttpClient.Version.HTTP_1_1)
            .followRedirects(HttpClient.Redirect.NEVER)
            .connectTimeout(TIMEOUT)
            .build(),
        proxies,
        clock,
        () -> TIMEOUT,
        LONGEST_ANSWER,
        MemoryBudget.ofHeap(SHARE_OF_HEAP),
        SCIM);
  }

  private ScimTransport(
      HttpClient http,
      ProxyRules proxies,
      Clock clock,
      Supplier<Duration> timeout,
      long longestAnswer,
      MemoryBudget memory,
      String mediaType) {
    this.http = http;
    this.proxies = proxies;
    this.clock = clock;
    this.timeout = timeout;
    this.longestAnswer = longestAnswer;
    this.memory = memory;
    this.mediaType = mediaType;
  }

  /** The same connections for one endpoint, with its part of the memory for long answers. */
  public ScimTransport forOne() {
    return with(memory.part(SHARE_OF_ONE));
  }

  ScimTransport with(MemoryBudget budget) {
    return new ScimTransport(http, proxies, clock, timeout, longestAnswer, budget, mediaType);
  }

  /**
   * The same connections for a few exchanges that together end within {@code total} from now,
   * whatever part of them is slow.
   */
  public ScimTransport within(Duration total, long longestAnswer) {
    long end = System.nanoTime() + total.toNanos();
    return new ScimTransport(
        http,
        proxies,
        clock,
        () -> Duration.ofNanos(end - System.nanoTime()),
        longestAnswer,
        memory,
        mediaType);
  }

  /** The same connections for who is no SCIM service: only the status of an answer counts. */
  ScimTransport forOthers() {
    return new ScimTransport(http, proxies, clock, timeout, 0, memory, JSON_ALONE);
  }

  /** As below, whatever the version. */
  ScimAnswer send(String method, URI uri, String token, Object body)
      throws TransportException, InterruptedException {
    return send(method, uri, token, null, body);
  }

  /**
   * @param token null for an anonymous request
   * @param version what {@code If-Match} asks for (RFC 7644 §3.14); null for none
   * @param body null for none
   */
  ScimAnswer send(String method, URI uri, String token, String version, Object body)
      throws TransportException, InterruptedException {
    Duration limit = limit();
    HttpRequest.Builder request = request(uri, limit, mediaType);
    if (token != null) {
      request.header("Authorization", "Bearer " + token);
    }
    if (version != null) {
      request.header("If-Match", version);
    }
    if (body == null) {
      request.method(method, HttpRequest.BodyPublishers.noBody());
    } else {
      request.header("Content-Type", mediaType);
      request.method(method, HttpRequest.BodyPublishers.ofByteArray(bytes(body)));
    }
    return exchange(method, request.build(), limit, longestAnswer);
  }

  /**
   * A form to a token endpoint (RFC 6749 §4.4.2).
   *
   * @param authorization null for none
   */
  ScimAnswer post(URI uri, String authorization, String form)
      throws TransportException, InterruptedException {
    Duration limit = limit();
    HttpRequest.Builder request =
        request(uri, limit, JSON_ALONE)
            .header("Content-Type", "application/x-www-form-urlencoded")
            .POST(HttpRequest.BodyPublishers.ofString(form));
    if (authorization != null) {
      request.header("Authorization", authorization);
    }
    return exchange("POST", request.build(), limit, Math.min(longestAnswer, LONGEST_TOKEN_ANSWER));
  }

  private HttpRequest.Builder request(URI uri, Duration limit, String accepted) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(uri).timeout(limit).header("Accept", accepted);
    String login = proxies.authorization(uri);
    // The JDK gives it to the proxy alone.
    return login == null ? request : request.header("Proxy-Authorization", login);
  }

  private Duration limit() throws TransportException {
    Duration limit = timeout.get();
    if (limit.isNegative() || limit.isZero()) {
      throw TransportException.late();
    }
    return limit;
  }

  /**
   * The request's own time-out ends with the headers; the body's is as much later as reading may
   * take. The thread that sends waits: an exchange in the background begins and ends on others.
   */
  private ScimAnswer exchange(String method, HttpRequest request, Duration limit, long longest)
      throws TransportException, InterruptedException {
    long end = System.nanoTime() + limit.plus(READING).toNanos();
    try (BoundedBody.Share share = new BoundedBody.Share(memory)) {
      return answer(http.send(request, BoundedBody.upTo(longest, share, end)));
    } catch (IOException | IllegalArgumentException failure) {
      // The JDK tells it anew for this thread; of some answers that are no HTTP by the second.
      Throwable cause = failure.getCause() == null ? failure : failure.getCause();
      if (cause instanceof BoundedBody.TooLongException tooLong
          && (longestAnswer == 0 || UNREAD.contains(method))) {
        return new ScimAnswer(tooLong.status(), MissingNode.getInstance(), null);
      }
      throw TransportException.of(cause);
    }
  }

  private ScimAnswer answer(HttpResponse<byte[]> response) {
    Duration retryAfter =
        response
            .headers()
            .firstValue("Retry-After")
            .map(value -> RetryAfter.parse(value, clock.instant()))
            .orElse(null);
    String etag = response.headers().firstValue("ETag").orElse(null);
    return new ScimAnswer(response.statusCode(), json(response.body()), retryAfter, etag);
  }

  /**
   * @param body null where a proxy refuses to open a way
   */
  private static JsonNode json(byte[] body) {
    try {
      JsonNode node = body == null || body.length == 0 ? null : JSON.readTree(body);
      return node == null ? MissingNode.getInstance() : node;
    } catch (IOException noJson) {
      return NullNode.getInstance();
    }
  }

  private static byte[] bytes(Object body) {
    try {
      return JSON.writeValueAsBytes(body);
    } catch (JsonProcessingException impossible) {
      throw new IllegalStateException(impossible);
    }
  }
}
