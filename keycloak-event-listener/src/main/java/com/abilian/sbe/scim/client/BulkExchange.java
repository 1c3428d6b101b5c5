package com.abilian.sbe.scim.client;

import com.abilian.sbe.scim.project.ResourceType;
import java.util.List;

/** Bulk requests (RFC 7644 §3.7): each a single request, and the operations of its answer. */
final class BulkExchange {

  private static final String PATH = "Bulk";

  private final Exchange exchange;
  private final GuardedTransport transport;

  BulkExchange(Exchange exchange, GuardedTransport transport) {
    this.exchange = exchange;
    this.transport = transport;
  }

  /** As {@link ScimClient#create(List)}. */
  List<BulkAnswer> create(List<BulkOperation> operations)
      throws EndpointFault, ResourceFault, UnclearException, InterruptedException {
    ScimAnswer answer = answer(BulkOperation.request(operations));
    BulkResponse response = BulkResponse.of(answer.body());
    if (response == null) {
      transport.doubt();
      throw new UnclearException("POST " + PATH + " answered " + answer.status() + ", but no bulk");
    }
    return operations.stream().map(response::answer).map(this::told).toList();
  }

  /** One that accepts. */
  private ScimAnswer answer(Object body)
      throws EndpointFault, ResourceFault, UnclearException, InterruptedException {
    try {
      ScimAnswer answer = exchange.once("POST", PATH, body);
      if (answer.verdict() == Verdict.ACCEPTED) {
        return answer;
      }
      throw ResourceFault.refused(answer, "POST " + PATH + " answered " + answer.summary());
    } catch (ResourceFault fault) {
      if (fault.status() == null || !Verdict.isClear(fault.status())) {
        throw new UnclearException(fault.getMessage());
      }
      throw fault;
    }
  }

  private BulkAnswer told(ScimAnswer answer) {
    if (answer != null) {
      transport.told("POST", ResourceType.USER.endpoint(), answer);
    }
    return new BulkAnswer(transport, answer);
  }
}
