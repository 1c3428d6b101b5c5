package com.abilian.sbe.scim.deliver;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;

/** Answers every request with these bytes, HTTP or not, and closes the connection. */
final class OddReceiver implements AutoCloseable {

  private final ServerSocket socket;
  private final byte[] bytes;

  OddReceiver(String text) throws IOException {
    bytes = text.getBytes(StandardCharsets.UTF_8);
    socket = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    Thread thread = new Thread(this::serve, "odd-receiver");
    thread.setDaemon(true);
    thread.start();
  }

  URI url() {
    return URI.create("http://127.0.0.1:" + socket.getLocalPort());
  }

  private void serve() {
    while (!socket.isClosed()) {
      try (Socket connection = socket.accept()) {
        connection.getInputStream().read(new byte[65_536]);
        connection.getOutputStream().write(bytes);
      } catch (IOException closed) {
        if (!socket.isClosed()) {
          throw new UncheckedIOException(closed);
        }
      }
    }
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
