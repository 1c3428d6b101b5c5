package com.abilian.sbe.scim.monitor;

import com.abilian.sbe.scim.client.RequestListener;
import java.time.Clock;
import java.util.Map;
import java.util.function.Predicate;

/** Where figures go. */
interface Meters {

  /** Goes nowhere. */
  Meters NONE =
      new Meters() {
        @Override
        public boolean areRead() {
          return false;
        }

        @Override
        public void keep(Map<String, String> realms, Predicate<String> isHeld) {}

        @Override
        public void show(Map<String, Reading> readings) {}

        @Override
        public RequestListener requests(String endpointId) {
          return RequestListener.NONE;
        }
      };

  /** Those of the server; none where it was built without metrics, and has no Micrometer. */
  static Meters ofServer(String version, Clock clock) {
    try {
      return MicrometerMeters.ofServer(version, clock);
    } catch (LinkageError withoutMetrics) {
      return NONE;
    }
  }

  /** Whether anybody can see them now. */
  boolean areRead();

  /**
   * Has meters for these endpoints alone.
   *
   * @param realms names by the ids of endpoints
   * @param isHeld asked at any time whether this node delivers to an endpoint
   */
  void keep(Map<String, String> realms, Predicate<String> isHeld);

  /** Shows these, by the ids of endpoints; of all others this node tells nothing. */
  void show(Map<String, Reading> readings);

  /** Counts the requests to an endpoint, as long as it has meters. */
  RequestListener requests(String endpointId);
}
