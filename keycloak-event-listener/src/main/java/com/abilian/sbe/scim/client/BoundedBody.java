package com.abilian.sbe.scim.client;

import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * An answer's body in memory, up to a limit and to a budget, since the memory is Keycloak's; and in
 * time.
 */
final class BoundedBody implements HttpResponse.BodySubscriber<byte[]> {

  /** More bytes came than are taken. */
  static final class TooLongException extends IOException {

    private static final long serialVersionUID = 1L;

    private final int status;

    private TooLongException(int status, long limit) {
      super("the answer is longer than " + limit + " bytes, or than there is memory for");
      this.status = status;
    }

    int status() {
      return status;
    }
  }

  /**
   * What long answers take of a budget, until they are read. Their first bytes are free: an answer
   * of usual length never depends on what others do.
   */
  static final class Share implements AutoCloseable {

    private static final long FREE = 64 << 10;

    /** A byte as it came, in the whole body, and in a text that is read from it. */
    private static final long BYTE = 3;

    /** What a byte may become beside: an empty object has two. */
    private static final long DENSEST = 27;

    /** Of {@link ScimTransport#MOST_TOKENS}. */
    private static final long LARGEST_TREE = 27 << 20;

    private final MemoryBudget budget;
    private long taken;
    private boolean closed;

    Share(MemoryBudget budget) {
      this.budget = budget;
    }

    /** Whether a body may have so many bytes. */
    private synchronized boolean holds(long bytes) {
      long more = cost(Math.max(0, bytes - FREE)) - taken;
      if (closed || more > 0 && !budget.take(more)) {
        return false;
      }
      taken += Math.max(0, more);
      return true;
    }

    private static long cost(long bytes) {
      return bytes * BYTE + Math.min(bytes * DENSEST, LARGEST_TREE);
    }

    @Override
    public synchronized void close() {
      closed = true;
      budget.give(taken);
      taken = 0;
    }
  }

  private final HttpResponse.BodySubscriber<byte[]> body =
      HttpResponse.BodySubscribers.ofByteArray();
  private final CompletableFuture<byte[]> whole = new CompletableFuture<>();
  private final int status;
  private final long limit;
  private final Share share;
  private final long end;
  private Flow.Subscription subscription;
  private long seen;

  private BoundedBody(int status, long limit, Share share, long end) {
    this.status = status;
    this.limit = limit;
    this.share = share;
    this.end = end;
    body.getBody()
        .whenComplete(
            (bytes, failure) -> {
              if (failure == null) {
                whole.complete(bytes);
              } else {
                whole.completeExceptionally(failure);
              }
            });
  }

  /**
   * More than {@code limit} bytes, or than {@code share} holds, end the exchange with a {@link
   * TooLongException}, and what is not there in time with a {@link TimeoutException}.
   *
   * @param end of the body, as {@link System#nanoTime()}
   */
  static HttpResponse.BodyHandler<byte[]> upTo(long limit, Share share, long end) {
    return answer -> new BoundedBody(answer.statusCode(), limit, share, end);
  }

  @Override
  public CompletionStage<byte[]> getBody() {
    return whole;
  }

  @Override
  public void onSubscribe(Flow.Subscription given) {
    subscription = given;
    whole
        .orTimeout(Math.max(1, end - System.nanoTime()), TimeUnit.NANOSECONDS)
        .whenComplete(
            (bytes, failure) -> {
              if (failure instanceof TimeoutException) {
                given.cancel();
              }
            });
    body.onSubscribe(given);
  }

  @Override
  public void onNext(List<ByteBuffer> part) {
    seen += part.stream().mapToLong(ByteBuffer::remaining).sum();
    if (seen <= limit && share.holds(seen)) {
      body.onNext(part);
    } else {
      subscription.cancel();
      body.onError(new TooLongException(status, limit));
    }
  }

  @Override
  public void onError(Throwable failure) {
    body.onError(failure);
  }

  @Override
  public void onComplete() {
    body.onComplete();
  }
}
