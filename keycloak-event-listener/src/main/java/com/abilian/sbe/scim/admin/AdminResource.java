package com.abilian.sbe.scim.admin;

import com.abilian.sbe.scim.keycloak.AdminLog;
import com.abilian.sbe.scim.keycloak.AdminPermissions;
import jakarta.ws.rs.Path;
import org.keycloak.models.KeycloakSession;
import org.keycloak.models.RealmModel;

/** What an administrator asks of a realm's endpoints, below {@code …/sbe-scim}. */
public final class AdminResource {

  private final StatusResource status;
  private final CheckResource check;
  private final RunResource runs;
  private final HeldResource held;
  private final RefusalsResource refused;
  private final PeopleResource people;

  /** For one request of {@code session}. */
  public AdminResource(
      KeycloakSession session,
      RealmModel realm,
      AdminPermissions permissions,
      AdminLog log,
      Parts parts) {
    Call call = new Call(session, realm, permissions, log, parts);
    this.status = new StatusResource(session, realm, permissions, parts);
    this.check = new CheckResource(session, realm, permissions, parts);
    this.runs = new RunResource(call);
    this.held = new HeldResource(call);
    this.refused = new RefusalsResource(call);
    this.people = new PeopleResource(call);
  }

  @Path("status")
  public StatusResource status() {
    return status;
  }

  @Path("check")
  public CheckResource check() {
    return check;
  }

  @Path("runs")
  public RunResource runs() {
    return runs;
  }

  @Path("held")
  public HeldResource held() {
    return held;
  }

  @Path("refused")
  public RefusalsResource refused() {
    return refused;
  }

  @Path("people")
  public PeopleResource people() {
    return people;
  }
}
