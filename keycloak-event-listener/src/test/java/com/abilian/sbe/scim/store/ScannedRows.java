package com.abilian.sbe.scim.store;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Counts the rows that H2 looks at for the queries of a connection: what they cost, whatever the
 * machine.
 */
final class ScannedRows {

  private static final Pattern COUNT = Pattern.compile("scanCount: (\\d+)");

  private final Connection connection;
  private long count;

  ScannedRows(Connection connection) {
    this.connection = connection;
  }

  long count() {
    return count;
  }

  /** The connection whose queries are counted. */
  Connection counted() {
    return proxy(
        Connection.class,
        (method, arguments) -> {
          Object result = call(connection, method, arguments);
          return method.getName().equals("prepareStatement")
              ? counted((PreparedStatement) result, (String) arguments[0])
              : result;
        });
  }

  private PreparedStatement counted(PreparedStatement statement, String sql) {
    List<Setting> settings = new ArrayList<>();
    return proxy(
        PreparedStatement.class,
        (method, arguments) -> {
          if (method.getName().startsWith("set")) {
            settings.add(new Setting(method, arguments));
          } else if (method.getName().equals("executeQuery")) {
            count += scanned(sql, settings);
          }
          return call(statement, method, arguments);
        });
  }

  private long scanned(String sql, List<Setting> settings) throws Throwable {
    try (PreparedStatement plan = connection.prepareStatement("EXPLAIN ANALYZE " + sql)) {
      for (Setting setting : settings) {
        call(plan, setting.method(), setting.arguments());
      }
      try (ResultSet rows = plan.executeQuery()) {
        rows.next();
        return sum(rows);
      }
    }
  }

  private static long sum(ResultSet plan) throws SQLException {
    Matcher counts = COUNT.matcher(plan.getString(1));
    long sum = 0;
    while (counts.find()) {
      sum += Long.parseLong(counts.group(1));
    }
    return sum;
  }

  private static <T> T proxy(Class<T> type, Handler handler) {
    return type.cast(
        Proxy.newProxyInstance(
            type.getClassLoader(),
            new Class<?>[] {type},
            (self, method, arguments) -> handler.handle(method, arguments)));
  }

  private static Object call(Object target, Method method, Object[] arguments) throws Throwable {
    try {
      return method.invoke(target, arguments);
    } catch (InvocationTargetException failure) {
      throw failure.getCause();
    }
  }

  private interface Handler {
    Object handle(Method method, Object[] arguments) throws Throwable;
  }

  private record Setting(Method method, Object[] arguments) {}
}
