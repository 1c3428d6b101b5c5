package com.abilian.sbe.scim.deliver;

import com.abilian.sbe.scim.deliver.FakeReceiver.Request;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A receiver with versions, behind a network that may keep requests for itself and deliver them
 * later: whoever sent them was not answered. A write that changes nothing keeps the version.
 */
final class LateReceiver implements Function<Request, String> {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Pattern FILTER = Pattern.compile("filter=(\\w+) eq \"([^\"]*)\"");
  private static final Pattern MEMBER = Pattern.compile("members\\[value eq \"([^\"]*)\"]");

  private record Kept(ObjectNode body, int version) {}

  private final Map<String, Kept> resources = new TreeMap<>();
  private final List<Request> late = new ArrayList<>();
  private boolean holding;
  private int made;

  /** From now on writes are kept back. */
  synchronized void hold() {
    holding = true;
  }

  /** From now on they arrive at once again; those that were kept back do not yet. */
  synchronized void release() {
    holding = false;
  }

  /** What was kept back arrives now, in its order. */
  synchronized List<String> arrive() {
    List<String> answers = late.stream().map(this::carriedOut).toList();
    late.clear();
    return answers;
  }

  /** A proxy repeats a request that was answered long ago. */
  synchronized String repeat(Request request) {
    return carriedOut(request);
  }

  /** The resources whose paths begin so, as they are. */
  synchronized List<ObjectNode> all(String type) {
    return resources.entrySet().stream()
        .filter(entry -> entry.getKey().startsWith("/" + type + "/"))
        .map(entry -> entry.getValue().body())
        .toList();
  }

  @Override
  public synchronized String apply(Request request) {
    if (holding && !request.method().equals("GET")) {
      late.add(request);
      return String.valueOf(FakeReceiver.BREAK);
    }
    return carriedOut(request);
  }

  private String carriedOut(Request request) {
    String path = request.path().replaceAll("\\?.*", "");
    if (path.lastIndexOf('/') == 0) {
      return request.method().equals("POST") ? create(path, request.body()) : list(path, request);
    }
    Kept kept = resources.get(path);
    if (kept == null) {
      return "404";
    }
    if (request.version() != null && !request.version().equals("W/" + kept.version())) {
      return "412";
    }
    return switch (request.method()) {
      case "GET" -> "200 " + shown(path);
      case "DELETE" -> {
        resources.remove(path);
        yield "204";
      }
      case "PUT" -> save(path, kept, request.body().deepCopy());
      default -> save(path, kept, patched(kept.body().deepCopy(), request.body()));
    };
  }

  private String create(String type, JsonNode body) {
    boolean taken =
        resources.entrySet().stream()
            .filter(entry -> entry.getKey().startsWith(type + "/"))
            .map(entry -> entry.getValue().body().path("externalId"))
            .anyMatch(body.path("externalId")::equals);
    if (taken) {
      return "409";
    }
    String path = type + "/n" + made++;
    resources.put(path, new Kept(body.deepCopy(), 1));
    return "201 " + shown(path);
  }

  private String save(String path, Kept before, ObjectNode body) {
    int version = before.version() + (body.equals(before.body()) ? 0 : 1);
    resources.put(path, new Kept(body, version));
    return "200 " + shown(path);
  }

  private static ObjectNode patched(ObjectNode body, JsonNode patch) {
    for (JsonNode operation : patch.path("Operations")) {
      Matcher member = MEMBER.matcher(operation.path("path").asText());
      if (member.matches()) {
        body.withArray("members")
            .removeIf(one -> one.path("value").asText().equals(member.group(1)));
      } else if (operation.path("path").asText().equals("members")) {
        operation.path("value").forEach(body.withArray("members")::add);
      } else {
        body.set(operation.path("path").asText(), operation.path("value"));
      }
    }
    return body;
  }

  private String list(String type, Request request) {
    ObjectNode answer = JSON.createObjectNode();
    Matcher filter = FILTER.matcher(request.path());
    var found = answer.putArray("Resources");
    if (filter.find()) {
      resources.forEach(
          (path, kept) -> {
            String value = kept.body().path(filter.group(1)).asText();
            if (path.startsWith(type + "/") && value.equals(filter.group(2))) {
              found.add(shown(path));
            }
          });
    }
    return "200 " + answer;
  }

  private ObjectNode shown(String path) {
    Kept kept = resources.get(path);
    ObjectNode shown = kept.body().deepCopy();
    shown.put("id", path.substring(path.lastIndexOf('/') + 1));
    shown.putObject("meta").put("version", "W/" + kept.version());
    return shown;
  }
}
