package com.abilian.sbe.scim.store;

import java.util.List;

/**
 * Table names in the database's schema.
 *
 * @param prefix empty, or the schema with its dot
 */
public record Tables(String prefix) {

  /** All that the changelog makes. */
  static final List<String> OURS =
      List.of(
          "SBE_SCIM_MARK",
          "SBE_SCIM_LINK",
          "SBE_SCIM_MEMBER",
          "SBE_SCIM_ENDPOINT",
          "SBE_SCIM_NODE",
          "SBE_SCIM_SECRET",
          "SBE_SCIM_HOST",
          "SBE_SCIM_RUN",
          "SBE_SCIM_RUN_ITEM",
          "SBE_SCIM_DIRECTORY",
          "SBE_SCIM_DIRECTORY_GROUP",
          "SBE_SCIM_DIRECTORY_MEMBER",
          "SBE_SCIM_DIRECTORY_USER",
          "SBE_SCIM_DIRECTORY_VANISHED",
          "SBE_SCIM_DIRECTORY_MAPPER",
          "SBE_SCIM_DIRECTORY_ROLE",
          "SBE_SCIM_LOSS",
          "SBE_SCIM_ALARM");

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
