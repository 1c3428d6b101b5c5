package com.abilian.sbe.scim.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.abilian.sbe.scim.store.HostStore.Hosts;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Tokens and hosts: each belongs to one endpoint, and ends with it. */
class SecretStoreTest {

  private static final SecretStore.Use USE = new SecretStore.Use("s", "e", "r", "t");

  private final TestDatabase database = new TestDatabase();
  private final Tables tables = new Tables("");
  private final SecretStore secrets = new SecretStore(tables);
  private final HostStore hosts = new HostStore(tables);

  @AfterEach
  void close() throws SQLException {
    database.close();
  }

  private Optional<String> found(SecretStore.Use use) {
    return database.call(c -> secrets.find(c, use));
  }

  private boolean allows(String realmId, String host) {
    return database.call(c -> hosts.allows(c, realmId, host));
  }

  @Test
  void aTokenIsGoodForNothingButWhatItWasGivenFor() {
    database.run(c -> secrets.replace(c, USE, "secret"));
    assertEquals(Optional.of("secret"), found(USE));
    for (SecretStore.Use other :
        List.of(
            new SecretStore.Use("x", "e", "r", "t"),
            new SecretStore.Use("s", "x", "r", "t"),
            new SecretStore.Use("s", "e", "x", "t"),
            new SecretStore.Use("s", "e", "r", "x"))) {
      assertEquals(Optional.empty(), found(other));
    }
  }

  @Test
  void anEndpointHasOneToken() {
    database.run(c -> secrets.replace(c, USE, "first"));
    SecretStore.Use moved = new SecretStore.Use("n", "e", "r", "other");
    database.run(c -> secrets.replace(c, moved, "second"));
    assertEquals(Optional.empty(), found(USE));
    assertEquals(Optional.of("second"), found(moved));
  }

  @Test
  void aHostIsAllowedForItsRealmAsLongAsTheEndpointIsThere() {
    database.run(c -> hosts.allow(c, "e", "r", new Hosts("a.org:443", null, null)));
    assertTrue(allows("r", "a.org:443"));
    assertFalse(allows("x", "a.org:443"));
    assertFalse(allows("r", "a.org:80"));
    database.run(c -> hosts.allow(c, "e", "r", new Hosts("b.org:443", "hooks.org:443", null)));
    assertFalse(allows("r", "a.org:443"));
    assertTrue(allows("r", "b.org:443") && allows("r", "hooks.org:443"));
    database.run(c -> hosts.delete(c, "e"));
    assertFalse(allows("r", "b.org:443") || allows("r", "hooks.org:443"));
  }

  @Test
  void theTokenEndpointsHostIsAllowedToo() {
    database.run(c -> hosts.allow(c, "e", "r", new Hosts("a.org:443", null, "id.org:443")));
    assertTrue(allows("r", "a.org:443") && allows("r", "id.org:443"));
    database.run(c -> hosts.allow(c, "e", "r", new Hosts("a.org:443", null, null)));
    assertFalse(allows("r", "id.org:443"));
  }

  @Test
  void bothGoWithTheirRealm() {
    database.run(c -> secrets.replace(c, USE, "secret"));
    database.run(c -> hosts.allow(c, "e", "r", new Hosts("a.org:443", null, null)));
    database.run(c -> secrets.deleteRealm(c, "x"));
    database.run(c -> hosts.deleteRealm(c, "x"));
    assertTrue(found(USE).isPresent() && allows("r", "a.org:443"));
    database.run(c -> secrets.deleteRealm(c, "r"));
    database.run(c -> hosts.deleteRealm(c, "r"));
    assertFalse(found(USE).isPresent() || allows("r", "a.org:443"));
  }

  @Test
  void whatIsLeftOfAComponentThatIsNotThereGoesAtTheStart() {
    database.sql("INSERT INTO COMPONENT (ID) VALUES ('kept')");
    for (String id : List.of("e", "kept")) {
      database.run(c -> secrets.replace(c, new SecretStore.Use(id, id, "r", "t"), "secret"));
      database.run(c -> hosts.allow(c, id, "r", new Hosts(id + ":443", null, null)));
    }
    database.run(new Components(tables)::deleteStrays);
    assertFalse(found(new SecretStore.Use("e", "e", "r", "t")).isPresent());
    assertTrue(found(new SecretStore.Use("kept", "kept", "r", "t")).isPresent());
    assertFalse(allows("r", "e:443"));
    assertTrue(allows("r", "kept:443"));
  }

  @Test
  void aTableThatIsLostIsNamed() {
    assertEquals(List.of(), tables.unreadable(database));
    database.sql("DROP TABLE SBE_SCIM_MARK");
    assertEquals(List.of("SBE_SCIM_MARK"), tables.unreadable(database));
  }
}
