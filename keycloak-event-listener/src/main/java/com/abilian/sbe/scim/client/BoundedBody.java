package com.abilian.sbe.scim.client;

import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;

/** An answer's body in memory, up to a limit: the memory is Keycloak's. */
final class BoundedBody implements HttpResponse.BodySubscriber<byte[]> {

  /** More bytes came than are taken. */
  static final class TooLongException extends IOException {

    private static final long serialVersionUID = 1L;

    private final int status;

    private TooLongException(int status, long limit) {
      super("the answer is longer than " + limit + " bytes");
      this.status = status;
    }

    int status() {
      return status;
    }
  }

  private final HttpResponse.BodySubscriber<byte[]> body =
      HttpResponse.BodySubscribers.ofByteArray();
  private final int status;
  private final long limit;
  private Flow.Subscription subscription;
  private long seen;

  private BoundedBody(int status, long limit) {
    this.status = status;
    this.limit = limit;
  }

  /** More than {@code limit} bytes end the exchange with a {@link TooLongException}. */
  static HttpResponse.BodyHandler<byte[]> upTo(long limit) {
    return answer -> new BoundedBody(answer.statusCode(), limit);
  }

  @Override
  public CompletionStage<byte[]> getBody() {
    return body.getBody();
  }

  @Override
  public void onSubscribe(Flow.Subscription given) {
    subscription = given;
    body.onSubscribe(given);
  }

  @Override
  public void onNext(List<ByteBuffer> part) {
    seen += part.stream().mapToLong(ByteBuffer::remaining).sum();
    if (seen <= limit) {
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
