package com.abilian.sbe.scim.keycloak;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.stream.Stream;
import javax.naming.AuthenticationException;
import javax.naming.CommunicationException;
import javax.naming.NameNotFoundException;
import javax.naming.NamingException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class LdapFailuresTest {

  static Stream<Arguments> failures() {
    return Stream.of(
        Arguments.of(new CommunicationException("h:389"), "it does not answer"),
        Arguments.of(
            new NamingException("LDAP response read timed out, timeout used: 3000 ms."),
            "it does not answer in time"),
        Arguments.of(
            new AuthenticationException("[LDAP: error code 49]"), "it refuses the bind account"),
        Arguments.of(
            new NameNotFoundException("ou=people"),
            "it has no such entry as the provider's users DN, or a group mapper's DN"),
        Arguments.of(new NamingException("uid=zoe"), "it could not be read: NamingException"),
        Arguments.of(new IllegalStateException("the provider is gone"), "the provider is gone"));
  }

  @ParameterizedTest
  @MethodSource("failures")
  void failureIsToldInWordsThatHoldNothingOfAnybody(Exception failure, String told) {
    assertEquals(told, LdapFailures.reason(new RuntimeException("uid=zoe", failure)));
  }
}
