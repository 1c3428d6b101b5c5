package com.abilian.sbe.scim.store;

import jakarta.persistence.EntityManager;
import java.util.List;
import org.keycloak.connections.jpa.util.JpaUtils;

/**
 * Table names in the database's schema.
 *
 * @param prefix empty, or the schema with its dot
 */
public record Tables(String prefix) {

  private static final String MARK = "SBE_SCIM_MARK";

  /** All that the changelog makes. */
  static final List<String> OURS =
      List.of(
          MARK,
          "SBE_SCIM_LINK",
          "SBE_SCIM_ENDPOINT",
          "SBE_SCIM_NODE",
          "SBE_SCIM_SECRET",
          "SBE_SCIM_HOST");

  public static Tables of(EntityManager entityManager) {
    String qualified = JpaUtils.getTableNameForNativeQuery(MARK, entityManager);
    return new Tables(qualified.substring(0, qualified.length() - MARK.length()));
  }

  /** Those of our tables that cannot be read; each is tried in a transaction of its own. */
  public List<String> unreadable(Transactions transactions) {
    return OURS.stream().filter(table -> !isReadable(transactions, table)).toList();
  }

  private boolean isReadable(Transactions transactions, String table) {
    try {
      String nothing = sql("SELECT 1 FROM {" + table + "} WHERE 1 = 0");
      return transactions.call(c -> Sql.query(c, nothing, row -> true)).isEmpty();
    } catch (RuntimeException failure) {
      return false;
    }
  }

  /** Replaces each {@code {TABLE}} of a statement by the table's name in its schema. */
  String sql(String template) {
    return template.replaceAll(
        "\\{(\\w+)}", java.util.regex.Matcher.quoteReplacement(prefix) + "$1");
  }
}
