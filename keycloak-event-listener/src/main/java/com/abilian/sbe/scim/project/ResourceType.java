package com.abilian.sbe.scim.project;

/** The two SCIM resource types that are provisioned: endpoint (RFC 7643 §6) and unique key. */
public enum ResourceType {
  USER("Users", "userName"),
  GROUP("Groups", "displayName");

  private final String endpoint;
  private final String key;

  ResourceType(String endpoint, String key) {
    this.endpoint = endpoint;
    this.key = key;
  }

  public String endpoint() {
    return endpoint;
  }

  public String key() {
    return key;
  }
}
