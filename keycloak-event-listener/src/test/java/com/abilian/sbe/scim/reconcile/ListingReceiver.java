package com.abilian.sbe.scim.reconcile;

import com.abilian.sbe.scim.deliver.FakeReceiver.Request;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A receiver that is only read: its lists, its resources, its configuration. */
final class ListingReceiver implements Function<Request, String> {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Pattern PAGE = Pattern.compile("startIndex=(\\d+)&count=(\\d+)");
  private static final String CONFIGURATION =
      "urn:ietf:params:scim:schemas:core:2.0:ServiceProviderConfig";
  private static final String STANDING =
      "urn:ietf:params:scim:schemas:extension:sbe-scim:2.0:ServiceProviderConfig";

  private final Map<String, Map<String, ObjectNode>> all =
      Map.of("Users", new LinkedHashMap<>(), "Groups", new LinkedHashMap<>());
  private boolean ours = true;
  private String generationId = "generation";
  private boolean shadow;
  private int highestChange = 1;
  private int largestPage = 1000;
  private int failures;

  ObjectNode user(String id, String externalId, String name, String version) {
    return put("Users", id, externalId, version).put("userName", name).put("active", true);
  }

  ObjectNode group(String id, String externalId, String name, String version) {
    return put("Groups", id, externalId, version).put("displayName", name);
  }

  private ObjectNode put(String type, String id, String externalId, String version) {
    ObjectNode resource = JSON.createObjectNode().put("id", id);
    if (externalId != null) {
      resource.put("externalId", externalId);
    }
    if (version != null) {
      resource.putObject("meta").put("version", version);
    }
    all.get(type).put(id, resource);
    return resource;
  }

  ObjectNode user(String id) {
    return all.get("Users").get(id);
  }

  void remove(String type, String id) {
    all.get(type).remove(id);
  }

  /** From now on it is one of another kind. */
  void isNotOurs() {
    ours = false;
  }

  void pagesOf(int most) {
    largestPage = most;
  }

  void failsOnce() {
    failures = 1;
  }

  void standsAt(String generation, int number) {
    generationId = generation;
    highestChange = number;
  }

  void shadows(boolean shadows) {
    shadow = shadows;
  }

  @Override
  public synchronized String apply(Request request) {
    String path = request.path().substring(1);
    if (path.equals("ServiceProviderConfig")) {
      return "200 " + configuration();
    }
    if (failures-- > 0) {
      return "500";
    }
    String[] parts = path.split("[/?]", 3);
    if (path.contains("startIndex=")) {
      return "200 " + page(all.get(parts[0]), PAGE.matcher(path));
    }
    ObjectNode found = all.get(parts[0]).get(parts[1]);
    return found == null ? "404" : "200 " + found;
  }

  private ObjectNode configuration() {
    ObjectNode told = JSON.createObjectNode();
    ArrayNode schemas = told.putArray("schemas").add(CONFIGURATION);
    if (ours) {
      schemas.add(STANDING);
      told.putObject(STANDING)
          .put("generationId", generationId)
          .put("highestChange", highestChange)
          .put("shadow", shadow);
    }
    return told;
  }

  private ObjectNode page(Map<String, ObjectNode> resources, Matcher asked) {
    if (!asked.find()) {
      throw new AssertionError("no page was asked for");
    }
    List<ObjectNode> list = new ArrayList<>(resources.values());
    int first = Math.min(list.size(), Integer.parseInt(asked.group(1)) - 1);
    int count = Math.min(largestPage, Integer.parseInt(asked.group(2)));
    ObjectNode answer = JSON.createObjectNode().put("totalResults", list.size());
    answer.putArray("Resources").addAll(list.subList(first, Math.min(list.size(), first + count)));
    return answer;
  }
}
