package com.abilian.sbe.scim.deliver;

import com.abilian.sbe.scim.deliver.FakeReceiver.Request;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.ToIntFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * A receiver that keeps what it is sent, as far as the connector asks for it, save what it refuses.
 */
public final class ReceiverModel implements Function<Request, String> {

  private static final String TAKEN = "409 {'scimType':'uniqueness'}";
  static final int LARGEST_BODY = 1_048_576;

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Pattern FILTER = Pattern.compile("filter=([\\w.]+) eq \"([^\"]*)\"");
  private static final Pattern PAGE = Pattern.compile("startIndex=(\\d+)&count=(\\d+)");
  private static final Pattern MEMBER = Pattern.compile("members\\[value eq \"([^\"]*)\"]");

  private final Map<String, ObjectNode> users = new TreeMap<>();
  private final Map<String, ObjectNode> groups = new TreeMap<>();
  private final Map<String, Set<String>> members = new LinkedHashMap<>();
  private ToIntFunction<Request> refusal = request -> 0;
  private boolean unique;
  private int made;

  /**
   * @param rule the status of a refusal; 0 where the request is accepted
   */
  public ReceiverModel refuse(ToIntFunction<Request> rule) {
    refusal = rule;
    return this;
  }

  /** From now on a name or an address of another one is refused, in whatever case. */
  ReceiverModel withUniqueNames() {
    unique = true;
    return this;
  }

  /** The user or group with this {@code externalId}. */
  public JsonNode ofExternalId(boolean user, String externalId) {
    return (user ? users : groups)
        .values().stream()
            .filter(one -> externalId.equals(one.path("externalId").asText()))
            .findFirst()
            .orElse(null);
  }

  /** The id of the user or group with this {@code externalId}. */
  public String id(boolean user, String externalId) {
    return (user ? users : groups)
        .entrySet().stream()
            .filter(one -> externalId.equals(one.getValue().path("externalId").asText()))
            .map(Map.Entry::getKey)
            .findFirst()
            .orElse(null);
  }

  private boolean isTaken(Map<String, ObjectNode> all, String id, JsonNode wanted) {
    return unique
        && all.entrySet().stream()
            .filter(one -> !one.getKey().equals(id))
            .anyMatch(
                one ->
                    List.of("userName", "displayName", "emails.value").stream()
                        .filter(name -> all == groups || !name.equals("displayName"))
                        .anyMatch(
                            name -> {
                              String value = value(wanted, name);
                              return !value.isEmpty()
                                  && value.equalsIgnoreCase(value(one.getValue(), name));
                            }));
  }

  private static String value(JsonNode one, String name) {
    return name.equals("emails.value")
        ? one.path("emails").path(0).path("value").asText()
        : one.path(name).asText();
  }

  public void acceptEverything() {
    refuse(request -> 0);
  }

  public JsonNode user(String id) {
    return users.get(id);
  }

  public JsonNode group(String id) {
    return groups.get(id);
  }

  public Set<String> members(String group) {
    return members.get(group);
  }

  /** {@code externalId} of all users who may log in. */
  public Set<String> active() {
    return users.values().stream()
        .filter(user -> user.path("active").asBoolean())
        .map(user -> user.path("externalId").asText())
        .collect(Collectors.toCollection(TreeSet::new));
  }

  /** Somebody has removed it. */
  void forget(String id) {
    users.remove(id);
    groups.remove(id);
    members.remove(id);
  }

  void putUser(String id, String externalId) {
    users.put(id, JSON.createObjectNode().put("externalId", externalId).put("active", true));
  }

  void putInactiveUser(String id, String externalId) {
    putUser(id, externalId);
    users.get(id).put("userName", externalId).put("active", false);
  }

  void putGroup(String id, String externalId, String name, List<String> in) {
    groups.put(id, JSON.createObjectNode().put("externalId", externalId).put("displayName", name));
    members.put(id, new LinkedHashSet<>(in));
  }

  @Override
  public synchronized String apply(Request request) {
    int status = refusal.applyAsInt(request);
    if (status != 0) {
      return status + " {'scimType':'invalidValue'}";
    }
    if (request.body() != null && request.body().toString().length() > LARGEST_BODY) {
      return "413";
    }
    String[] path = request.path().substring(1).split("\\?", 2);
    String[] parts = path[0].split("/");
    boolean ofUsers = parts[0].equals("Users");
    Map<String, ObjectNode> all = ofUsers ? users : groups;
    if (parts.length == 1) {
      return request.method().equals("POST")
          ? create(all, request.body())
          : list(ofUsers, path.length > 1 ? path[1] : "");
    }
    String id = parts[1];
    if (!all.containsKey(id)) {
      return "404";
    }
    return switch (request.method()) {
      case "GET" -> "200 " + shown(all, id);
      case "PUT" ->
          isTaken(all, id, request.body()) ? TAKEN : "200 " + keep(all, id, request.body());
      case "PATCH" -> patch(all, id, request.body());
      default -> {
        all.remove(id);
        members.remove(id);
        yield "204";
      }
    };
  }

  private String create(Map<String, ObjectNode> all, JsonNode body) {
    if (isTaken(all, null, body)) {
      return TAKEN;
    }
    String id = "n" + made++;
    return "201 " + keep(all, id, body);
  }

  private ObjectNode keep(Map<String, ObjectNode> all, String id, JsonNode body) {
    ObjectNode kept = body.deepCopy();
    if (all == groups) {
      Set<String> ids = new LinkedHashSet<>();
      kept.path("members").forEach(member -> ids.add(member.path("value").asText()));
      members.put(id, ids);
      kept.remove("members");
    }
    all.put(id, kept);
    return JSON.createObjectNode().put("id", id);
  }

  private ObjectNode shown(Map<String, ObjectNode> all, String id) {
    ObjectNode shown = all.get(id).deepCopy();
    shown.put("id", id).putObject("meta").put("version", "1");
    if (all == groups) {
      ArrayNode list = shown.putArray("members");
      members.get(id).forEach(member -> list.addObject().put("value", member));
    }
    return shown;
  }

  private String patch(Map<String, ObjectNode> all, String id, JsonNode body) {
    ObjectNode after = all.get(id).deepCopy();
    body.path("Operations").forEach(one -> after.set(one.path("path").asText(), one.path("value")));
    if (isTaken(all, id, after)) {
      return TAKEN;
    }
    for (JsonNode operation : body.path("Operations")) {
      String path = operation.path("path").asText();
      Matcher member = MEMBER.matcher(path);
      if (member.matches()) {
        members.get(id).remove(member.group(1));
      } else if (path.equals("members")) {
        operation.path("value").forEach(one -> members.get(id).add(one.path("value").asText()));
      } else {
        all.get(id).set(path, operation.path("value"));
      }
    }
    return "204";
  }

  private String list(boolean ofUsers, String query) {
    List<ObjectNode> found = new ArrayList<>();
    Matcher filter = FILTER.matcher(query);
    if (filter.find()) {
      String attribute = filter.group(1);
      String value = filter.group(2);
      if (attribute.equals("groups.value")) {
        members.getOrDefault(value, Set.of()).stream()
            .sorted()
            .forEach(id -> found.add(in(id, value)));
      } else {
        Map<String, ObjectNode> all = ofUsers ? users : groups;
        all.forEach(
            (id, one) -> {
              if (value.equalsIgnoreCase(value(one, attribute))) {
                found.add(one.deepCopy().put("id", id));
              }
            });
      }
    }
    Matcher page = PAGE.matcher(query);
    int first = page.find() ? Integer.parseInt(page.group(1)) - 1 : 0;
    int end = Math.min(found.size(), first + 1000);
    ObjectNode answer = JSON.createObjectNode().put("totalResults", found.size());
    answer.putArray("schemas").add(DeliveryFixture.LIST);
    answer.putArray("Resources").addAll(found.subList(Math.min(first, end), end));
    return "200 " + answer;
  }

  private static ObjectNode in(String user, String group) {
    ObjectNode shown = JSON.createObjectNode().put("id", user);
    shown.putArray("groups").addObject().put("value", group);
    return shown;
  }
}
