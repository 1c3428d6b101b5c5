package com.abilian.sbe.scim.deliver;

import com.abilian.sbe.scim.deliver.FakeReceiver.Request;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/** A receiver that takes bulks, of which it does what it is told before it answers. */
final class BulkReceiver implements Function<Request, String> {

  private static final ObjectMapper JSON = new ObjectMapper();

  final ReceiverModel model = new ReceiverModel().withUniqueNames();

  /** How many operations each bulk had. */
  final List<Integer> sizes = new ArrayList<>();

  private String configuration =
      "{'bulk':{'supported':true,'maxOperations':1000,'maxPayloadSize':1000000}}";

  private UnaryOperator<String> bulk = UnaryOperator.identity();
  private Function<JsonNode, String> refusal = user -> null;

  BulkReceiver declaring(String text) {
    configuration = text;
    return this;
  }

  /** What becomes of the answer to a bulk that was carried out. */
  BulkReceiver answering(UnaryOperator<String> change) {
    bulk = change;
    return this;
  }

  /** How the create of a user is answered; null where it is done. */
  BulkReceiver refusing(Function<JsonNode, String> rule) {
    refusal = rule;
    return this;
  }

  @Override
  public synchronized String apply(Request request) {
    return switch (request.path()) {
      case "/ServiceProviderConfig" -> "200 " + configuration;
      case "/Bulk" -> bulk.apply(bulk(request.body().path("Operations")));
      case "/Users" -> create(request);
      default -> model.apply(request);
    };
  }

  private String create(Request request) {
    String refused = refusal.apply(request.body());
    return refused == null ? model.apply(request) : refused;
  }

  private String bulk(JsonNode operations) {
    sizes.add(operations.size());
    ArrayNode answers = JSON.createArrayNode();
    for (JsonNode one : operations) {
      String[] answer =
          create(new Request("POST", one.path("path").asText(), one.path("data"), null))
              .split(" ", 2);
      ObjectNode told = answers.addObject().put("method", "POST").put("status", answer[0]);
      told.set("bulkId", one.path("bulkId"));
      JsonNode body = answer.length == 1 ? null : json(answer[1]);
      if (answer[0].equals("201")) {
        told.put("location", "http://r/Users/" + body.path("id").asText()).put("version", "1");
      } else if (body != null) {
        told.set("response", body);
      }
    }
    return "200 " + JSON.createObjectNode().set("Operations", answers);
  }

  private static JsonNode json(String text) {
    try {
      return JSON.readTree(text.replace('\'', '"'));
    } catch (Exception impossible) {
      throw new IllegalStateException(impossible);
    }
  }
}
