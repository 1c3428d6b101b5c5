package com.abilian.sbe.scim.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.URI;
import java.net.http.HttpClient;
import java.time.Clock;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(30)
class ProxyRulesTest {

  private static final ProxyRules RULES =
      ProxyRules.of(
          ".*\\.(google\\.com|googleapis\\.com);http://www-proxy.acme.corp.com:8080",
          ".*\\.acme\\.corp\\.com;NO_PROXY",
          ".*\\.fr;http://fr-proxy");

  private static String shown(ProxyRules rules, String host) {
    List<Proxy> selected = rules.select(URI.create("https://" + host + "/scim/v2"));
    assertEquals(1, selected.size());
    if (selected.get(0).equals(Proxy.NO_PROXY)) {
      return "";
    }
    InetSocketAddress address = (InetSocketAddress) selected.get(0).address();
    return address.getHostString() + ":" + address.getPort();
  }

  @ParameterizedTest
  @CsvSource({
    "www.google.com,www-proxy.acme.corp.com:8080",
    "google.com,''",
    "www.google.com.evil.org,''",
    "x.acme.corp.com,''",
    "sbe.example.fr,fr-proxy:80",
    "elsewhere.org,''"
  })
  void theFirstPatternThatIsTheHostCounts(String host, String proxy) {
    assertEquals(proxy, shown(RULES, host));
  }

  @ParameterizedTest
  @CsvSource({
    "sbe.example.org,''",
    "a.sbe.example.org,''",
    "xsbe.example.org,p:3128",
    "sbe.example.orgx,p:3128",
    "other.org,''"
  })
  void theEnvironmentNamesHostsThatAreAskedDirectly(String host, String proxy) {
    ProxyRules rules = ProxyRules.ofEnvironment("http://p:3128", "sbe.example.org, other.org,,");
    assertEquals(proxy, shown(rules, host));
  }

  @ParameterizedTest
  @CsvSource({
    ".example.org,example.org,''",
    ".example.org,sbe.example.org,''",
    "*.example.org,sbe.example.org,''",
    "Example.ORG,sbe.example.org,''",
    ".example.org,anexample.org,p:3128",
    "*,sbe.example.org,''"
  })
  void suchAHostIsNamedInAllTheWaysThatOtherProgramsTake(String entry, String host, String proxy) {
    ProxyRules rules = ProxyRules.ofEnvironment("http://p:3128", "localhost, " + entry);
    assertEquals(proxy, shown(rules, host));
  }

  @ParameterizedTest
  @ValueSource(strings = {"p:3128", "u:p;w@p:3128", " http://u:p;w@p:3128 "})
  void aProxyOfTheEnvironmentMayGoWithoutItsScheme(String proxy) {
    assertEquals("p:3128", shown(ProxyRules.ofEnvironment(proxy, null), "sbe.example.org"));
  }

  @Test
  void withoutAnythingTheJvmDecides() {
    assertTrue(ProxyRules.of().isEmpty());
    assertTrue(ProxyRules.ofEnvironment(null, "a.org").isEmpty());
    assertTrue(ProxyRules.ofEnvironment(" ", null).isEmpty());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "http://u:s3cret@p",
        "(;http://u:s3cret@p",
        ".*;https://u:s3cret@p",
        ".*;u:s3cret@p",
        ".*;http://u:s3cret@",
        ".*;http://u:s3 cret@p"
      })
  void whatIsNoMappingIsRefusedAndNotRepeated(String mapping) {
    String told =
        assertThrows(IllegalArgumentException.class, () -> ProxyRules.of(mapping)).getMessage();
    assertFalse(told.contains("s3cret"), told);
  }

  @Test
  void onlyTheProxyOfAnAddressIsToldWhoAsks() {
    ProxyRules rules = ProxyRules.of("a\\.org;http://u:p%40w@p1", ".*;http://p2");
    assertTrue(rules.hasLogins());
    assertEquals("Basic dTpwQHc=", rules.authorization(URI.create("https://a.org/x")));
    assertNull(rules.authorization(URI.create("https://b.org/x")));
    assertFalse(ProxyRules.of(".*;http://p2").hasLogins());
  }

  private static RawReceiver proxy(String answer) {
    return RawReceiver.saying(answer);
  }

  private static ScimTransport through(RawReceiver proxy, String login) {
    ProxyRules rules = ProxyRules.of(".*;http://" + login + "127.0.0.1:" + proxy.uri().getPort());
    return new ScimTransport(HttpClient.newBuilder(), rules, Clock.systemUTC());
  }

  @Test
  void theProxyGetsTheNameAndNobodyLooksItUp() throws Exception {
    try (RawReceiver proxy = proxy("HTTP/1.1 403 No\r\nContent-Length: 0\r\n\r\n")) {
      TransportException refused =
          assertThrows(
              TransportException.class,
              () ->
                  through(proxy, "")
                      .send("GET", URI.create("https://nowhere.invalid/Users"), "t0ken", null));
      assertEquals("the proxy answered 403", refused.getMessage());
      assertTrue(refused.isUnsent());
      String asked = proxy.requests().get(0);
      assertTrue(asked.startsWith("CONNECT nowhere.invalid:443 HTTP/1.1\r\n"), asked);
      assertFalse(asked.contains("t0ken"), asked);
    }
  }

  @Test
  void aProxyThatWantsToKnowWhoAsksAnswersInThePlaceOfTheReceiver() throws Exception {
    String answer =
        "HTTP/1.1 407 Who\r\nProxy-Authenticate: Basic realm=\"p\"\r\nContent-Length: 0\r\n\r\n";
    try (RawReceiver proxy = proxy(answer)) {
      URI url = URI.create("https://nowhere.invalid/Users");
      assertEquals(407, through(proxy, "").send("GET", url, "t0ken", null).status());
    }
  }

  @Test
  void aPlainRequestGoesThroughWithTheLogin() throws Exception {
    try (RawReceiver proxy = proxy("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}")) {
      ScimAnswer answer =
          through(proxy, "u:p@")
              .send("GET", URI.create("http://nowhere.invalid/Users"), "t0ken", null);
      assertEquals(200, answer.status());
      String asked = proxy.requests().get(0);
      assertTrue(asked.startsWith("GET http://nowhere.invalid/Users HTTP/1.1\r\n"), asked);
      assertTrue(asked.contains("\r\nProxy-Authorization: Basic dTpw\r\n"), asked);
    }
  }
}
