package com.abilian.sbe.scim.endpoint;

import java.net.URI;
import java.util.List;
import java.util.Map;

/** The values of a component's keys. */
record Values(Map<String, List<String>> config) {

  /** Without blanks around it; null where there is none. */
  String first(String key) {
    List<String> values = config.get(key);
    if (values == null || values.isEmpty() || values.get(0) == null || values.get(0).isBlank()) {
      return null;
    }
    return values.get(0).trim();
  }

  boolean flag(String key, boolean otherwise) throws InvalidEndpointException {
    String value = first(key);
    if (value == null) {
      return otherwise;
    }
    if (value.equalsIgnoreCase("true") || value.equalsIgnoreCase("false")) {
      return Boolean.parseBoolean(value);
    }
    throw new InvalidEndpointException(key, "give true or false");
  }

  /** An http or https address, without slashes at its end. */
  URI address(String key) throws InvalidEndpointException {
    return HttpAddress.parse(first(key).replaceAll("/+$", ""))
        .filter(uri -> uri.getRawQuery() == null)
        .orElseThrow(
            () ->
                new InvalidEndpointException(
                    key, "give an http or https address without user, query or fragment"));
  }
}
