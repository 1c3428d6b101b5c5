package com.abilian.sbe.scim.client;

import java.io.EOFException;
import java.net.ConnectException;
import java.net.ProtocolException;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpTimeoutException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.UnresolvedAddressException;
import java.util.concurrent.TimeoutException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.SSLException;

/** There was no answer. */
final class TransportException extends Exception {

  private static final long serialVersionUID = 1L;

  /** How far the request got. */
  enum Kind {
    /** It was not sent: no connection, no name, no certificate that is trusted. */
    NOT_SENT,
    /** As NOT_SENT, and somebody has to act. */
    UNTRUSTED,
    /** The connection broke: it may have been carried out. */
    BROKEN,
    /** No answer in time: it may have been carried out. */
    TIMED_OUT
  }

  /** The JDK's words, where a proxy does not let an https request through. */
  private static final Pattern NO_TUNNEL = Pattern.compile("Tunnel failed, got: (\\d{3})");

  private final Kind kind;

  TransportException(Kind kind, String reason) {
    super(reason, null, false, false);
    this.kind = kind;
  }

  /** The time is over. */
  static TransportException late() {
    return new TransportException(TransportException.Kind.TIMED_OUT, "no answer in time");
  }

  /** What an exchange of the JDK ended with. */
  static TransportException of(Throwable cause) {
    if (cause instanceof HttpConnectTimeoutException) {
      return new TransportException(TransportException.Kind.NOT_SENT, "connecting timed out");
    }
    if (cause instanceof HttpTimeoutException || cause instanceof TimeoutException) {
      return late();
    }
    if (cause instanceof ConnectException) {
      boolean unresolved = cause.getCause() instanceof UnresolvedAddressException;
      return new TransportException(
          TransportException.Kind.NOT_SENT,
          unresolved ? "the host's name cannot be resolved" : "connection refused");
    }
    Matcher refused = NO_TUNNEL.matcher(String.valueOf(cause.getMessage()));
    if (refused.matches()) {
      return new TransportException(Kind.NOT_SENT, "the proxy answered " + refused.group(1));
    }
    if (cause instanceof SSLException) {
      return new TransportException(
          TransportException.Kind.UNTRUSTED, "TLS failed: " + cause.getMessage());
    }
    return new TransportException(
        TransportException.Kind.BROKEN, "the connection broke (" + broken(cause) + ")");
  }

  /** In our own words: the JDK's would quote what the receiver sent. */
  private static String broken(Throwable cause) {
    if (cause instanceof BoundedBody.TooLongException tooLong) {
      return tooLong.getMessage();
    }
    if (cause instanceof ProtocolException) {
      return "the answer is no HTTP";
    }
    for (Throwable link = cause; link != null; link = link.getCause()) {
      String text = link.getMessage() == null ? "" : link.getMessage();
      if (text.startsWith("Connection reset") || text.startsWith("Broken pipe")) {
        return "it was reset";
      }
      if (link instanceof EOFException || link instanceof ClosedChannelException) {
        return "it was closed before the answer";
      }
    }
    return cause.getClass().getSimpleName();
  }

  Kind kind() {
    return kind;
  }

  /** Whether the request cannot have reached the receiver. */
  boolean isUnsent() {
    return kind == Kind.NOT_SENT || kind == Kind.UNTRUSTED;
  }
}
