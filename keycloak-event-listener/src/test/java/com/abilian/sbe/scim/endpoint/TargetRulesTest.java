package com.abilian.sbe.scim.endpoint;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TargetRulesTest {

  private static final String OPTION = "--spi-sbe-scim-endpoint--sbe-scim--allowed-hosts=";

  private static Endpoint endpoint(String url) throws InvalidEndpointException {
    return Endpoint.of("e", "r", "n", Map.of("url", List.of(url), "issuer", List.of("https://i")));
  }

  private static boolean permits(String option, boolean learnt, String url)
      throws InvalidEndpointException {
    return new TargetRules(AllowedHosts.parse(option), (endpoint, address) -> learnt)
        .refusal(endpoint(url))
        .isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "a.example.org,https://A.example.org/s,true",
    "'b.org, A.org',http://a.org:8080/s,true",
    "a.org:8080,http://a.org:8080/s,true",
    "a.org:443,https://a.org/s,true",
    "a.org:443,https://a.org./s,true",
    "a.org.,https://a.org/s,true",
    "intran\u00e9t.org,https://xn--intrant-gya.org/s,true",
    "[::1]:8000,http://[::1]:8000/s,true",
    "127.0.0.1,http://127.0.0.1:1/s,true",
    "a.org:8080,http://a.org/s,false",
    "a.org:443,http://a.org/s,false",
    "a.org,https://evil.a.org/s,false",
    "a.org,https://a.org.evil.org/s,false",
    "a.org,https://xa.org/s,false",
    "127.0.0.1,http://[::ffff:127.0.0.1]/s,false",
    "127.0.0.1,http://localhost/s,false",
    "127.0.0.1,http://2130706433/s,false"
  })
  void allowsTheHostsThatAreNamed(String option, String url, boolean permitted) throws Exception {
    assertEquals(permitted, permits(option, false, url));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "*",
        "*.example.org",
        "https://a.org",
        "a.org/x",
        "u@a.org",
        "a.org:x",
        "a b",
        "::1",
        "a:b:1"
      })
  void refusesAnEntryThatIsNoHost(String option) {
    String told =
        assertThrows(IllegalArgumentException.class, () -> AllowedHosts.parse(option)).getMessage();
    assertTrue(told.startsWith(OPTION + option), told);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", ",", " , "})
  void allowsNothingButWhatWasLearntWhereNothingIsNamed(String option) throws Exception {
    assertEquals(false, permits(option, false, "https://a.org/s"));
    assertEquals(true, permits(option, true, "https://a.org/s"));
  }

  @Test
  void whatWasLearntDoesNotCountWhereHostsAreNamed() throws Exception {
    assertEquals(false, permits("b.org", true, "https://a.org/s"));
  }

  @ParameterizedTest
  @CsvSource({
    "https://a.org/s,a.org",
    "https://a.org:443/s,a.org",
    "https://a.org:8443/s,a.org:8443",
    "http://127.0.0.1:8000/s,127.0.0.1:8000"
  })
  void namesTheOptionToSet(String url, String host) throws Exception {
    for (String named : List.of("", "b.org")) {
      TargetRules rules = new TargetRules(AllowedHosts.parse(named), (endpoint, address) -> false);
      String refusal = rules.refusal(endpoint(url)).orElseThrow();
      assertTrue((refusal + " ").replace(',', ' ').contains(OPTION + host + " "), refusal);
    }
  }

  @Test
  void anAdministratorWhoCouldHaveItLearntMayTryAnyHostUnlessSomeAreNamed() throws Exception {
    Endpoint endpoint = endpoint("https://a.org/s");
    assertTrue(
        new TargetRules(AllowedHosts.parse(""), (e, url) -> false)
            .refusalForServerAdministrator(endpoint)
            .isEmpty());
    assertTrue(
        new TargetRules(AllowedHosts.parse("b"), (e, url) -> true)
            .refusalForServerAdministrator(endpoint)
            .isPresent());
  }

  private static Endpoint withTokenUrl(String url) throws InvalidEndpointException {
    return Endpoint.of(
        "e",
        "r",
        "n",
        Map.of(
            "url", List.of("https://a.org/s"),
            "auth", List.of("private-key"),
            "clientId", List.of("c"),
            "tokenUrl", List.of(url)));
  }

  @Test
  void theTokenEndpointHasToBeAllowedToo() throws Exception {
    TargetRules named = new TargetRules(AllowedHosts.parse("a.org"), (e, address) -> true);
    assertTrue(named.refusal(withTokenUrl("https://a.org/token")).isEmpty());
    String refusal = named.refusal(withTokenUrl("https://id.org/token")).orElseThrow();
    assertTrue(refusal.startsWith("tokenUrl: ") && refusal.contains(OPTION + "id.org"), refusal);

    TargetRules learnt =
        new TargetRules(AllowedHosts.parse(""), (e, address) -> address.getHost().equals("a.org"));
    assertTrue(learnt.refusal(withTokenUrl("https://a.org/token")).isEmpty());
    assertTrue(learnt.refusal(withTokenUrl("https://id.org/token")).isPresent());
  }
}
