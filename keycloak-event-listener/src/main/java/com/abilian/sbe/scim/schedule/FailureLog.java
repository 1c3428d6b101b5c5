package com.abilian.sbe.scim.schedule;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jboss.logging.Logger;

/**
 * Runs actions for endpoints so that the failure of one does not affect the others. Actions are
 * repeated every few seconds; a failure is logged only when it is new.
 */
final class FailureLog {

  private static final Logger LOG = Logger.getLogger(FailureLog.class);

  private final Map<String, String> known = new ConcurrentHashMap<>();

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
