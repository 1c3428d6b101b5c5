package com.abilian.sbe.scim.monitor;

import com.abilian.sbe.scim.store.EndpointStore.State;
import java.util.Locale;

/** The states of an endpoint, as metrics tell them. */
enum EndpointState {
  OK,
  RETRYING,
  /** By a fault. */
  PAUSED,
  PAUSED_BY_ADMINISTRATOR;

  /** A fault is told before a pause that somebody wanted. */
  static EndpointState of(Reading reading) {
    State state = reading.health().state();
    return state == State.OK && reading.paused() ? PAUSED_BY_ADMINISTRATOR : valueOf(state.name());
  }

  String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
