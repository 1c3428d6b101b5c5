package com.abilian.sbe.scim.admin;

import com.fasterxml.jackson.annotation.JsonInclude;

/**
 * How one endpoint fares.
 *
 * @param state {@code idle}, {@code delivering}, {@code retrying} or {@code paused}
 * @param reason why it retries or pauses, else null
 * @param notice what is odd about the nodes that run the connector, else null
 * @param pending changes and retries that wait
 * @param oldestPendingSeconds since when the first of them waits; null where none does
 * @param users people whom the receiver has
 * @param groups groups that the receiver has
 * @param parked users and groups that the receiver refused
 * @param foreign changes, users and groups that wait for a newer release of the connector, which
 *     has stored what this one does not know
 * @param stillIn an alarm: of how many users and groups the receiver still lets somebody in who has
 *     to be out, and refuses to take them out
 * @param stillInSeconds for how long the first of them is; null where none is
 * @param lastDelivery epoch milliseconds, or null
 */
@JsonInclude(JsonInclude.Include.ALWAYS)
public record EndpointStatus(
    String id,
    String name,
    String url,
    boolean enabled,
    String state,
    String reason,
    String notice,
    int pending,
    Long oldestPendingSeconds,
    int users,
    int groups,
    int parked,
    int foreign,
    int stillIn,
    Long stillInSeconds,
    Long lastDelivery) {}
