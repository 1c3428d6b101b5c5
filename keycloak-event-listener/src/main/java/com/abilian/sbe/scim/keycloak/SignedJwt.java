package com.abilian.sbe.scim.keycloak;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import org.keycloak.crypto.SignatureSignerContext;
import org.keycloak.util.JsonSerialization;

/** JWTs (RFC 7519) that a key of the realm signs. */
final class SignedJwt {

  private static final Base64.Encoder BASE64 = Base64.getUrlEncoder().withoutPadding();

  private SignedJwt() {}

  /**
   * @param certificate of the key: some who verify know keys by its thumbprint (RFC 7515 §4.1.8);
   *     null where it has none
   */
  static String of(
      SignatureSignerContext signer,
      String type,
      X509Certificate certificate,
      Map<String, Object> claims) {
    Map<String, Object> header = new LinkedHashMap<>();
    header.put("alg", signer.getAlgorithm());
    header.put("typ", type);
    header.put("kid", signer.getKid());
    if (certificate != null) {
      header.put("x5t#S256", thumbprint(certificate));
    }
    String signed = encoded(header) + "." + encoded(claims);
    return signed
        + "."
        + BASE64.encodeToString(signer.sign(signed.getBytes(StandardCharsets.US_ASCII)));
  }

  private static String thumbprint(X509Certificate certificate) {
    try {
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(certificate.getEncoded());
      return BASE64.encodeToString(digest);
    } catch (NoSuchAlgorithmException | CertificateEncodingException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  private static String encoded(Map<String, Object> part) {
    try {
      return BASE64.encodeToString(JsonSerialization.writeValueAsBytes(part));
    } catch (IOException impossible) {
      throw new IllegalStateException(impossible);
    }
  }
}
