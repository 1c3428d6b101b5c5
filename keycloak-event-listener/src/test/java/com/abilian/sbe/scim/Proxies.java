package com.abilian.sbe.scim;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.util.Map;
import java.util.function.Function;

/** Interfaces of Keycloak that answer a few methods only. */
public final class Proxies {

  private Proxies() {}

  /** Every method is answered by {@code handler}. */
  public static <T> T answering(Class<T> type, InvocationHandler handler) {
    return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, handler));
  }

  /** Methods by name; any other one fails the test that calls it. */
  public static <T> T of(Class<T> type, Map<String, Function<Object[], Object>> methods) {
    return answering(
        type,
        (proxy, method, arguments) -> {
          Function<Object[], Object> answer = methods.get(method.getName());
          if (answer == null) {
            throw new AssertionError(type.getSimpleName() + "." + method.getName() + " was called");
          }
          return answer.apply(arguments);
        });
  }
}
