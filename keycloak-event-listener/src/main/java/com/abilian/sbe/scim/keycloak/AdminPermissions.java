package com.abilian.sbe.scim.keycloak;

import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.core.Response;
import org.keycloak.Config;
import org.keycloak.services.ErrorResponse;
import org.keycloak.services.resources.admin.fgap.AdminPermissionEvaluator;

/** What an administrator who calls the Admin API may do in a realm. */
public interface AdminPermissions {

  /**
   * @throws WebApplicationException 403 without the role {@code view-realm}
   */
  void requireViewRealm();

  /**
   * @throws WebApplicationException 403 without the role {@code manage-realm}
   */
  void requireManageRealm();

  /** Whether it is an administrator of the administrators' realm. */
  boolean isServerAdministrator();

  /** An error as the Admin API answers it. */
  static WebApplicationException error(String message, Response.Status status) {
    return ErrorResponse.error(message, status);
  }

  static AdminPermissions of(AdminPermissionEvaluator evaluator) {
    return new AdminPermissions() {
      @Override
      public void requireViewRealm() {
        evaluator.realm().requireViewRealm();
      }

      @Override
      public void requireManageRealm() {
        evaluator.realm().requireManageRealm();
      }

      @Override
      public boolean isServerAdministrator() {
        return evaluator.adminAuth().getRealm().getName().equals(Config.getAdminRealm());
      }
    };
  }
}
