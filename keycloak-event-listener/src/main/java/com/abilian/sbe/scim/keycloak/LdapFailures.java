package com.abilian.sbe.scim.keycloak;

import java.util.Map;
import javax.naming.NamingException;

/** What the failures of an LDAP provider mean, in words that hold nothing of anybody. */
final class LdapFailures {

  /** By the names of classes: their messages quote entries and filters. */
  private static final Map<String, String> REASONS =
      Map.of(
          "CommunicationException", "it does not answer",
          "ServiceUnavailableException", "it does not answer",
          "InterruptedNamingException", "it does not answer in time",
          "AuthenticationException", "it refuses the bind account",
          "NoPermissionException", "the bind account may not read it",
          "NameNotFoundException",
              "it has no such entry as the provider's users DN, or a group mapper's DN",
          "InvalidSearchFilterException", "the provider's search filter is malformed",
          "SizeLimitExceededException", "it does not show everybody: switch pagination on");

  /** How the JDK's LDAP client begins its message; it has no class for it. */
  private static final String UNANSWERED = "LDAP response read timed out";

  private LdapFailures() {}

  static String reason(Throwable failure) {
    String found = null;
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      found = REASONS.getOrDefault(cause.getClass().getSimpleName(), found);
      if (cause instanceof NamingException && timedOut(cause)) {
        found = "it does not answer in time";
      }
      if (cause instanceof IllegalStateException && cause.getMessage() != null && found == null) {
        found = cause.getMessage();
      }
    }
    return found == null ? "it could not be read: " + root(failure) : found;
  }

  private static boolean timedOut(Throwable failure) {
    String message = failure.getMessage();
    return message != null && message.startsWith(UNANSWERED);
  }

  private static String root(Throwable failure) {
    Throwable cause = failure;
    while (cause.getCause() != null) {
      cause = cause.getCause();
    }
    return cause.getClass().getSimpleName();
  }
}
