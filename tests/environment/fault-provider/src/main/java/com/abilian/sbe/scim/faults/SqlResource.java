package com.abilian.sbe.scim.faults;

import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.util.List;
import org.keycloak.models.KeycloakSession;
import org.keycloak.models.utils.KeycloakModelUtils;
import org.keycloak.services.resources.admin.fgap.AdminPermissionEvaluator;

/**
 * Below {@code /admin/realms/REALM/sbe-scim-faults}: {@code sql}, whose body is a statement, and
 * {@code groups}.
 */
public final class SqlResource {

  private final KeycloakSession session;
  private final AdminPermissionEvaluator permissions;

  SqlResource(KeycloakSession session, AdminPermissionEvaluator permissions) {
    this.session = session;
    this.permissions = permissions;
  }

  /** Runs the statement and answers its rows. */
  @POST
  @Path("sql")
  @Consumes(MediaType.TEXT_PLAIN)
  @Produces(MediaType.APPLICATION_JSON)
  public List<List<Object>> run(String statement) {
    permissions.realm().requireManageRealm();
    return Sql.run(session, statement);
  }

  /** Makes a group as an LDAP mapper does: in a session that is in no realm. */
  @POST
  @Path("groups/{name}")
  public void createGroup(@PathParam("name") String name) {
    permissions.realm().requireManageRealm();
    String realmId = session.getContext().getRealm().getId();
    KeycloakModelUtils.runJobInTransaction(
        session.getKeycloakSessionFactory(),
        inner -> inner.groups().createGroup(inner.realms().getRealm(realmId), name));
  }
}
