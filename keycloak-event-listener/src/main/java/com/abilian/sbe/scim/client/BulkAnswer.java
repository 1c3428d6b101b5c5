package com.abilian.sbe.scim.client;

import com.abilian.sbe.scim.project.ResourceType;

/**
 * What one operation of a bulk was answered: as {@link ScimClient#create} tells it of a request.
 */
public final class BulkAnswer {

  private final GuardedTransport transport;
  private final ScimAnswer answer;

  /**
   * @param answer null where the bulk was answered without it
   */
  BulkAnswer(GuardedTransport transport, ScimAnswer answer) {
    this.transport = transport;
    this.answer = answer;
  }

  /** Whether there is one. */
  public boolean isTold() {
    return answer != null;
  }

  /** Whether the receiver says by it that others need not try either. */
  public boolean isOfEndpoint() {
    return isTold()
        && (answer.verdict() == Verdict.RETRY_ENDPOINT
            || answer.verdict() == Verdict.PAUSE_ENDPOINT);
  }

  /** Whether it is known whether it was carried out. */
  public boolean isClear() {
    return isTold() && GuardedTransport.isClear(answer);
  }

  /**
   * The answer, where there is one, or the fault that it is.
   *
   * <p>Where it may or may not have been carried out, {@link ScimClient#tookUnseen} then tells so
   * on this thread.
   */
  public ScimAnswer get() throws EndpointFault, ResourceFault {
    if (!isClear()) {
      transport.doubt();
    }
    return Exchange.judged("POST", ResourceType.USER.endpoint(), answer);
  }
}
