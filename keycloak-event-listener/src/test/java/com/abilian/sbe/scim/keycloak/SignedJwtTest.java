package com.abilian.sbe.scim.keycloak;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.keycloak.crypto.SignatureSignerContext;

class SignedJwtTest {

  private byte[] signed;

  private final SignatureSignerContext signer =
      new SignatureSignerContext() {
        @Override
        public String getKid() {
          return "k1";
        }

        @Override
        public String getAlgorithm() {
          return "RS256";
        }

        @Override
        public String getHashAlgorithm() {
          return "SHA-256";
        }

        @Override
        public byte[] sign(byte[] data) {
          signed = data;
          return new byte[] {-1, -2};
        }
      };

  @Test
  void headerAndClaimsAreSignedAsTheyStand() {
    Map<String, Object> claims = new LinkedHashMap<>();
    claims.put("iss", "scim");
    claims.put("exp", 5);
    String[] parts = SignedJwt.of(signer, "JWT", null, claims).split("\\.");
    assertEquals(
        "{\"alg\":\"RS256\",\"typ\":\"JWT\",\"kid\":\"k1\"}",
        new String(Base64.getUrlDecoder().decode(parts[0]), StandardCharsets.UTF_8));
    assertEquals(
        "{\"iss\":\"scim\",\"exp\":5}",
        new String(Base64.getUrlDecoder().decode(parts[1]), StandardCharsets.UTF_8));
    assertEquals("__4", parts[2]);
    assertArrayEquals((parts[0] + "." + parts[1]).getBytes(StandardCharsets.US_ASCII), signed);
  }
}
