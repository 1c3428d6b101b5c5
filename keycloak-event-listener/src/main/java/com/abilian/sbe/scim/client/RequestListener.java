package com.abilian.sbe.scim.client;

import java.time.Duration;

/** Is told of each request once it has ended; called on the thread that sent it. */
@FunctionalInterface
public interface RequestListener {

  /** Tells nobody. */
  RequestListener NONE = (method, collection, verdict, took) -> {};

  /**
   * @param collection what the path begins with, such as {@code Users}
   * @param verdict null where no answer came
   * @param took null for an operation of a bulk, whose request is told by itself
   */
  void ended(String method, String collection, Verdict verdict, Duration took);
}
