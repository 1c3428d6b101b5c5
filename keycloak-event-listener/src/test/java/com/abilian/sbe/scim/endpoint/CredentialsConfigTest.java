package com.abilian.sbe.scim.endpoint;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.abilian.sbe.scim.endpoint.Credentials.TokenEndpoint;
import java.net.URI;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CredentialsConfigTest {

  private static final String KEPT = "kept:5d1a2c6e-7b0f-4f0c-9a51-2f6c1f0f7b11";

  private static Endpoint endpoint(String... values) throws InvalidEndpointException {
    Map<String, List<String>> config = new HashMap<>();
    config.put("url", List.of("https://sbe.example.org/scim/v2"));
    for (int i = 0; i < values.length; i += 2) {
      config.put(values[i], List.of(values[i + 1]));
    }
    return Endpoint.of("e", "r", "name", config);
  }

  private static Credentials credentials(String... values) throws InvalidEndpointException {
    return endpoint(values).credentials();
  }

  private static void refuses(String key, String... values) {
    String message =
        assertThrows(InvalidEndpointException.class, () -> endpoint(values)).getMessage();
    assertTrue(message.startsWith(key + ": "), message);
  }

  @Test
  void aClientWithoutATokenUrlAsksTheRealmItself() throws Exception {
    URI realms = URI.create("https://id/realms/a/protocol/openid-connect/token");
    assertEquals(
        new Credentials.ClientSecret(new TokenEndpoint(realms, "scim", null), "s3cret"),
        credentials(
            "auth", "client-secret",
            "issuer", "https://id/realms/a/",
            "clientId", "scim",
            "clientSecret", "s3cret"));
    assertEquals(
        new Credentials.PrivateKey(new TokenEndpoint(realms, "scim", null), "https://id/realms/a"),
        credentials("auth", "private-key", "issuer", "https://id/realms/a", "clientId", "scim"));
  }

  @Test
  void aClientOfAnotherServerNeedsNoIssuer() throws Exception {
    TokenEndpoint other = new TokenEndpoint(URI.create("https://o/token"), "scim", "a b");
    String[] values = {
      "auth", "Private-Key", "tokenUrl", "https://o/token", "clientId", "scim", "tokenScope", "a b"
    };
    assertEquals(new Credentials.PrivateKey(other, "https://o/token"), credentials(values));
    String[] told = Arrays.copyOf(values, values.length + 2);
    told[values.length] = "assertionAudience";
    told[values.length + 1] = "https://o";
    assertEquals(new Credentials.PrivateKey(other, "https://o"), credentials(told));
  }

  @Test
  void whatIsMissingOrMalformedIsNamed() {
    refuses("issuer");
    refuses("auth", "auth", "client_secret");
    refuses("clientId", "auth", "private-key", "issuer", "https://i");
    refuses("issuer", "auth", "private-key", "clientId", "c");
    refuses("issuer", "auth", "private-key", "clientId", "c", "issuer", "no address");
    refuses("tokenUrl", "auth", "private-key", "clientId", "c", "tokenUrl", "ftp://o/t");
    refuses("clientSecret", "auth", "client-secret", "clientId", "c", "issuer", "https://i");
    refuses("bearerToken", "auth", "bearer");
    refuses("bearerToken", "auth", "bearer", "bearerToken", "two words");
    refuses("bearerToken", "auth", "bearer", "bearerToken", "${vault.scim}x");
    refuses("bearerToken", "auth", "bearer", "bearerToken", "x".repeat(4_001));
  }

  @ParameterizedTest
  @ValueSource(strings = {"caf\u00e9", "a\tb", "${vault.scim}x"})
  void aClientSecretThatCannotBeOneIsRefused(String secret) {
    refuses(
        "clientSecret",
        "auth",
        "client-secret",
        "clientId",
        "c",
        "issuer",
        "https://i",
        "clientSecret",
        secret);
  }

  /** What Keycloak shows in place of a secret, too: a realm is imported as it was exported. */
  @ParameterizedTest
  @CsvSource({"a.b-c_d~e+f/g==,true", "${vault.scim},false", KEPT + ",false", "**********,false"})
  void everyFormOfASecretIsTaken(String secret, boolean literal) throws Exception {
    assertEquals(secret, credentials("auth", "bearer", "bearerToken", secret).secret());
    Credentials client =
        credentials(
            "auth", "client-secret",
            "issuer", "https://i",
            "clientId", "c",
            "clientSecret", secret);
    assertEquals(secret, client.secret());
    assertEquals(literal, SecretValue.isLiteral(secret));
  }

  @Test
  void aReferenceIsReadAsItWasMade() {
    String made = SecretValue.newReference();
    assertEquals(made, "kept:" + SecretValue.reference(made).orElseThrow());
    assertTrue(SecretValue.isLiteral("kept:secret"));
  }

  @Test
  void noSecretIsEverPrinted() throws Exception {
    String[] bearer = {"auth", "bearer", "bearerToken", "s3cret"};
    String[] client = {
      "auth", "client-secret", "issuer", "https://i", "clientId", "c", "clientSecret", "s3cret"
    };
    for (String[] values : List.of(bearer, client)) {
      assertFalse(endpoint(values).toString().contains("s3cret"));
      assertFalse(credentials(values).toString().contains("s3cret"));
    }
  }

  @Test
  void aSecretIsGoodForTheAddressesThatItWasGivenWith() throws Exception {
    String[] values = {
      "auth", "client-secret", "tokenUrl", "https://o/t", "clientId", "c", "clientSecret", "x"
    };
    String given = endpoint(values).secretTarget();
    for (String[] change :
        List.of(
            new String[] {"url", "https://other/scim/v2"},
            new String[] {"tokenUrl", "https://other/t"},
            new String[] {"clientId", "d"})) {
      String[] changed = Arrays.copyOf(values, values.length + 2);
      System.arraycopy(change, 0, changed, values.length, 2);
      assertNotEquals(given, endpoint(changed).secretTarget());
    }
    Endpoint bearer = endpoint("auth", "bearer", "bearerToken", "x");
    assertEquals(bearer.target(), bearer.secretTarget());
  }
}
