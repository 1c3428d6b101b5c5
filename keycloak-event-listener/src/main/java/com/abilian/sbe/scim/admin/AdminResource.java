package com.abilian.sbe.scim.admin;

import com.abilian.sbe.scim.keycloak.AdminPermissions;
import jakarta.ws.rs.Path;
import org.keycloak.models.KeycloakSession;
import org.keycloak.models.RealmModel;

/** What an administrator asks of a realm's endpoints, below {@code …/sbe-scim}. */
public final class AdminResource {

  private final StatusResource status;
  private final CheckResource check;

  /** For one request of {@code session}. */
  public AdminResource(
      KeycloakSession session, RealmModel realm, AdminPermissions permissions, Parts parts) {
    this.status = new StatusResource(session, realm, permissions, parts);
    this.check = new CheckResource(session, realm, permissions, parts);
  }

  @Path("status")
  public StatusResource status() {
    return status;
  }

  @Path("check")
  public CheckResource check() {
    return check;
  }
}
