package com.abilian.sbe.scim.store;

import jakarta.persistence.EntityManager;
import org.keycloak.connections.jpa.util.JpaUtils;

/**
 * Table names in the database's schema.
 *
 * @param prefix empty, or the schema with its dot
 */
public record Tables(String prefix) {

  private static final String MARK = "SBE_SCIM_MARK";

  public static Tables of(EntityManager entityManager) {
    String qualified = JpaUtils.getTableNameForNativeQuery(MARK, entityManager);
    return new Tables(qualified.substring(0, qualified.length() - MARK.length()));
  }

  /** Replaces each {@code {TABLE}} of a statement by the table's name in its schema. */
  String sql(String template) {
    return template.replaceAll(
        "\\{(\\w+)}", java.util.regex.Matcher.quoteReplacement(prefix) + "$1");
  }
}
