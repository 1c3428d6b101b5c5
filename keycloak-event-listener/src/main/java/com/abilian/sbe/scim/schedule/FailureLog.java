package com.abilian.sbe.scim.schedule;

import java.util.HashMap;
import java.util.Map;
import org.jboss.logging.Logger;

/**
 * What goes wrong with one endpoint must not keep the others from being served. It is tried every
 * few seconds, and logged only when it is new.
 */
final class FailureLog {

  private static final Logger LOG = Logger.getLogger(FailureLog.class);

  private final Map<String, String> known = new HashMap<>();

  void run(String endpointId, Runnable action) {
    try {
      action.run();
      known.remove(endpointId);
    } catch (RuntimeException | LinkageError failure) {
      String what = failure.toString();
      if (!what.equals(known.put(endpointId, what))) {
        LOG.errorf(failure, "Endpoint %s cannot be served", endpointId);
      }
    }
  }
}
