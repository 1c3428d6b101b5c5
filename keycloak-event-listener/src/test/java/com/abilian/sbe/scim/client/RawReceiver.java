package com.abilian.sbe.scim.client;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** A receiver made of bytes: it reads one request on each connection and answers as it likes. */
final class RawReceiver implements AutoCloseable {

  /** What it does with a connection once the request's head is read. */
  interface Behaviour {
    void answer(Socket connection, OutputStream out) throws IOException, InterruptedException;
  }

  private static final int TLS_HANDSHAKE = 0x16;

  private final ServerSocket listening;
  private final Behaviour behaviour;
  private final ExecutorService connections = Executors.newCachedThreadPool();
  private final Future<Void> accepting;
  private final List<String> requests = new CopyOnWriteArrayList<>();

  RawReceiver(Behaviour behaviour) {
    this.behaviour = behaviour;
    try {
      listening = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    } catch (IOException impossible) {
      throw new UncheckedIOException(impossible);
    }
    accepting = connections.submit(this::accept);
  }

  /** One that says this and closes. */
  static RawReceiver saying(String answer) {
    return new RawReceiver(
        (connection, out) -> out.write(answer.getBytes(StandardCharsets.ISO_8859_1)));
  }

  URI uri() {
    return URI.create("http://127.0.0.1:" + listening.getLocalPort() + "/scim/v2/Users");
  }

  /** The heads of all requests. */
  List<String> requests() {
    return requests;
  }

  private Void accept() throws IOException {
    while (true) {
      Socket connection = listening.accept();
      connections.submit(() -> serve(connection));
    }
  }

  private Void serve(Socket connection) throws IOException, InterruptedException {
    try (connection) {
      requests.add(head(connection.getInputStream()));
      behaviour.answer(connection, connection.getOutputStream());
    }
    return null;
  }

  private static String head(InputStream in) throws IOException {
    StringBuilder head = new StringBuilder();
    while (head.indexOf("\r\n\r\n") < 0) {
      int next = in.read();
      if (next < 0 || next == TLS_HANDSHAKE) {
        break;
      }
      head.append((char) next);
    }
    return head.toString();
  }

  /** Until nobody can connect any more: what accepts may hold the socket for a moment longer. */
  @Override
  public void close() throws IOException {
    listening.close();
    connections.shutdownNow();
    try {
      accepting.get();
    } catch (ExecutionException closed) {
      // So it ends.
    } catch (InterruptedException stopping) {
      Thread.currentThread().interrupt();
    }
  }
}
