package com.abilian.sbe.scim.deliver;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Answers what it was told to, in that order, and remembers what it was asked. */
public final class FakeReceiver implements AutoCloseable {

  /** Closes the connection instead of answering. */
  public static final int BREAK = -1;

  /**
   * @param version what {@code If-Match} asked for, or null
   */
  public record Request(String method, String path, JsonNode body, String version) {
    @Override
    public String toString() {
      return method + " " + path;
    }
  }

  private record Answer(int status, String body, String header, String value) {

    Answer(int status, String body) {
      this(status, body, null, null);
    }
  }

  private final HttpServer server;

  /** A request that hangs keeps no other from being answered. */
  private final ExecutorService threads = Executors.newCachedThreadPool();

  private final Deque<Answer> answers = new ArrayDeque<>();
  private final List<Request> requests = new CopyOnWriteArrayList<>();
  private final ObjectMapper json = new ObjectMapper();
  private volatile Function<Request, String> otherwise;

  public FakeReceiver() {
    try {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
    server.createContext("/", this::handle);
    server.setExecutor(threads);
    server.start();
  }

  public URI url() {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/scim/v2");
  }

  public FakeReceiver then(int status, String body) {
    answers.add(new Answer(status, body.replace('\'', '"')));
    return this;
  }

  public FakeReceiver then(int status) {
    return then(status, "");
  }

  public FakeReceiver thenRetryAfter(int status, String value) {
    answers.add(new Answer(status, "", "Retry-After", value));
    return this;
  }

  public FakeReceiver thenRetryAfter(int status, String body, String value) {
    answers.add(new Answer(status, body.replace('\'', '"'), "Retry-After", value));
    return this;
  }

  /** Tells the version by the header alone. */
  public FakeReceiver thenVersion(int status, String version) {
    answers.add(new Answer(status, "", "ETag", version));
    return this;
  }

  /** Once the script has ended: what is answered to a request, its status and body. */
  public FakeReceiver otherwise(Function<Request, String> rule) {
    otherwise = rule;
    return this;
  }

  private Answer otherwise(Request request) {
    String[] answer = otherwise.apply(request).split(" ", 2);
    String body = answer.length == 1 ? "" : answer[1].replace('\'', '"');
    return new Answer(Integer.parseInt(answer[0]), body);
  }

  public void forget() {
    requests.clear();
  }

  public List<String> asked() {
    return requests.stream().map(Request::toString).toList();
  }

  /** As {@link #asked}, save what only reads. */
  public List<String> written() {
    return asked().stream().filter(asked -> !asked.startsWith("GET ")).toList();
  }

  /** What each request asked for by {@code If-Match}; null where it did not. */
  public List<String> versions() {
    return requests.stream().map(Request::version).collect(Collectors.toList());
  }

  public JsonNode body(int index) {
    return requests.get(index).body();
  }

  public boolean saidEverything() {
    return answers.isEmpty();
  }

  private void handle(HttpExchange exchange) throws IOException {
    byte[] body = exchange.getRequestBody().readAllBytes();
    String path = URLDecoder.decode(exchange.getRequestURI().toString(), StandardCharsets.UTF_8);
    Request request =
        new Request(
            exchange.getRequestMethod(),
            path.replace("/scim/v2", ""),
            body.length == 0 ? null : json.readTree(body),
            exchange.getRequestHeaders().getFirst("If-Match"));
    requests.add(request);
    Answer answer = answers.isEmpty() && otherwise != null ? otherwise(request) : answers.remove();
    if (answer.status() == BREAK) {
      exchange.close();
      return;
    }
    if (answer.header() != null) {
      exchange.getResponseHeaders().add(answer.header(), answer.value());
    }
    byte[] bytes = answer.body().getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(answer.status(), bytes.length == 0 ? -1 : bytes.length);
    exchange.getResponseBody().write(bytes);
    exchange.close();
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
