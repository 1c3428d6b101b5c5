package com.abilian.sbe.scim.keycloak;

import org.keycloak.events.admin.OperationType;
import org.keycloak.events.admin.ResourceType;
import org.keycloak.services.resources.admin.AdminEventBuilder;

/** Leaves an admin event, with who did it. */
@FunctionalInterface
public interface AdminLog {

  /**
   * An administrator has given a command.
   *
   * @param path of it below the realm
   * @param endpoint id of the component that it is about
   */
  void record(String path, String endpoint);

  static AdminLog of(AdminEventBuilder events) {
    return (path, endpoint) ->
        events
            .operation(OperationType.ACTION)
            .resource(ResourceType.COMPONENT)
            .resourcePath(path, endpoint)
            .success();
  }
}
