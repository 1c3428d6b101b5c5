package com.abilian.sbe.scim.store;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.UUID;
import liquibase.Contexts;
import liquibase.Liquibase;
import liquibase.database.jvm.JdbcConnection;
import liquibase.exception.LiquibaseException;
import liquibase.resource.ClassLoaderResourceAccessor;
import org.keycloak.models.KeycloakSession;

/** H2 in memory with the connector's own changelog and the columns of Keycloak that it reads. */
public final class TestDatabase implements SessionTransactions, AutoCloseable {

  private static final String KEYCLOAK =
      """
      CREATE TABLE REALM (ID VARCHAR(36) PRIMARY KEY, NAME VARCHAR(255));
      CREATE TABLE USER_ENTITY (ID VARCHAR(36) PRIMARY KEY, REALM_ID VARCHAR(255),
        USERNAME VARCHAR(255), EMAIL VARCHAR(255), FIRST_NAME VARCHAR(255),
        LAST_NAME VARCHAR(255), ENABLED BOOLEAN, SERVICE_ACCOUNT_CLIENT_LINK VARCHAR(255),
        FEDERATION_LINK VARCHAR(255));
      CREATE UNIQUE INDEX UK_RU8TT6T700S9V50BU18WS5HA6 ON USER_ENTITY (REALM_ID, USERNAME);
      CREATE INDEX IDX_USER_SERVICE_ACCOUNT ON USER_ENTITY (REALM_ID, SERVICE_ACCOUNT_CLIENT_LINK);
      CREATE TABLE USER_ATTRIBUTE (USER_ID VARCHAR(36), NAME VARCHAR(255), VALUE VARCHAR(255),
        LONG_VALUE CLOB);
      CREATE INDEX IDX_USER_ATTRIBUTE ON USER_ATTRIBUTE (USER_ID);
      CREATE TABLE KEYCLOAK_GROUP (ID VARCHAR(36) PRIMARY KEY, NAME VARCHAR(255),
        PARENT_GROUP VARCHAR(36), REALM_ID VARCHAR(36), TYPE INT DEFAULT 0);
      CREATE TABLE USER_GROUP_MEMBERSHIP (GROUP_ID VARCHAR(36), USER_ID VARCHAR(36),
        MEMBERSHIP_TYPE VARCHAR(255) DEFAULT 'UNMANAGED' NOT NULL,
        PRIMARY KEY (GROUP_ID, USER_ID));
      CREATE TABLE ORG (ID VARCHAR(255) PRIMARY KEY, REALM_ID VARCHAR(255),
        GROUP_ID VARCHAR(255), ENABLED BOOLEAN);
      CREATE TABLE REALM_ATTRIBUTE (NAME VARCHAR(255), REALM_ID VARCHAR(36), VALUE CLOB,
        PRIMARY KEY (NAME, REALM_ID));
      CREATE INDEX IDX_USER_GROUP_MAPPING ON USER_GROUP_MEMBERSHIP (USER_ID);
      CREATE TABLE CLIENT (ID VARCHAR(36) PRIMARY KEY, CLIENT_ID VARCHAR(255),
        REALM_ID VARCHAR(36));
      CREATE TABLE KEYCLOAK_ROLE (ID VARCHAR(36) PRIMARY KEY, NAME VARCHAR(255),
        REALM_ID VARCHAR(255), CLIENT VARCHAR(36));
      CREATE INDEX IDX_KEYCLOAK_ROLE_REALM ON KEYCLOAK_ROLE (REALM_ID);
      CREATE TABLE COMPOSITE_ROLE (COMPOSITE VARCHAR(36), CHILD_ROLE VARCHAR(36),
        PRIMARY KEY (COMPOSITE, CHILD_ROLE));
      CREATE INDEX IDX_COMPOSITE_CHILD ON COMPOSITE_ROLE (CHILD_ROLE);
      CREATE TABLE USER_ROLE_MAPPING (ROLE_ID VARCHAR(255), USER_ID VARCHAR(36),
        PRIMARY KEY (ROLE_ID, USER_ID));
      CREATE INDEX IDX_USER_ROLE_MAPPING ON USER_ROLE_MAPPING (USER_ID);
      CREATE TABLE GROUP_ROLE_MAPPING (ROLE_ID VARCHAR(36), GROUP_ID VARCHAR(36),
        PRIMARY KEY (ROLE_ID, GROUP_ID));
      CREATE TABLE COMPONENT (ID VARCHAR(36), NAME VARCHAR(255), REALM_ID VARCHAR(36),
        PARENT_ID VARCHAR(36), PROVIDER_ID VARCHAR(36), PROVIDER_TYPE VARCHAR(255));
      CREATE TABLE COMPONENT_CONFIG (COMPONENT_ID VARCHAR(36), NAME VARCHAR(255), VALUE CLOB);
      """;

  private final String url =
      "jdbc:h2:mem:" + UUID.randomUUID() + ";NON_KEYWORDS=VALUE;DB_CLOSE_DELAY=-1";

  private final Connection connection;

  public TestDatabase() {
    try {
      connection = DriverManager.getConnection(url);
      sql(KEYCLOAK);
      new Liquibase(
              "META-INF/sbe-scim-changelog.xml",
              new ClassLoaderResourceAccessor(),
              new JdbcConnection(connection))
          .update(new Contexts());
      connection.setAutoCommit(false);
    } catch (SQLException | LiquibaseException failure) {
      throw new IllegalStateException(failure);
    }
  }

  /** A connection of somebody else. */
  public Connection another() throws SQLException {
    return DriverManager.getConnection(url);
  }

  public synchronized void sql(String text) {
    try (Statement statement = connection.createStatement()) {
      statement.execute(text);
      if (!connection.getAutoCommit()) {
        connection.commit();
      }
    } catch (SQLException failure) {
      throw new IllegalStateException(failure);
    }
  }

  public void user(String id, String username) {
    sql(
        "INSERT INTO USER_ENTITY (ID, REALM_ID, USERNAME, ENABLED) VALUES ('%s', 'r', '%s', TRUE)"
            .formatted(id, username));
  }

  public void group(String id, String name, String parent) {
    sql(
        "INSERT INTO KEYCLOAK_GROUP (ID, NAME, PARENT_GROUP, REALM_ID) VALUES ('%s','%s','%s','r')"
            .formatted(id, name, parent));
  }

  public void join(String groupId, String userId) {
    sql(
        "INSERT INTO USER_GROUP_MEMBERSHIP (GROUP_ID, USER_ID) VALUES ('%s', '%s')"
            .formatted(groupId, userId));
  }

  /**
   * A role.
   *
   * @param client the id of its client; null for a role of the realm
   */
  public void role(String id, String name, String client) {
    String of = client == null ? "NULL" : "'" + client + "'";
    sql("INSERT INTO KEYCLOAK_ROLE VALUES ('%s', '%s', 'r', %s)".formatted(id, name, of));
  }

  /** From now on {@code composite} contains {@code role}. */
  public void contain(String composite, String role) {
    sql("INSERT INTO COMPOSITE_ROLE VALUES ('%s', '%s')".formatted(composite, role));
  }

  public void grant(String role, String userId) {
    sql("INSERT INTO USER_ROLE_MAPPING VALUES ('%s', '%s')".formatted(role, userId));
  }

  public void grantGroup(String role, String groupId) {
    sql("INSERT INTO GROUP_ROLE_MAPPING VALUES ('%s', '%s')".formatted(role, groupId));
  }

  @Override
  public synchronized <T> T call(Work<T> work) {
    try {
      T result = work.run(connection);
      connection.commit();
      return result;
    } catch (SQLException failure) {
      rollback();
      throw new IllegalStateException(failure);
    }
  }

  /** A session has no transaction of its own here. */
  @Override
  public <T> T within(KeycloakSession session, Work<T> work) {
    return call(work);
  }

  @Override
  public <T> T withinFlushed(KeycloakSession session, Work<T> work) {
    return call(work);
  }

  @Override
  public Tables tables() {
    return new Tables("");
  }

  @Override
  public Tables tables(KeycloakSession session) {
    return tables();
  }

  private void rollback() {
    try {
      connection.rollback();
    } catch (SQLException failure) {
      throw new IllegalStateException(failure);
    }
  }

  @Override
  public void close() throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute("SHUTDOWN");
    }
  }
}
