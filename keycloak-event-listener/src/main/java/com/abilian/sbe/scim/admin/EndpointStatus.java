package com.abilian.sbe.scim.admin;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import java.util.Map;

/**
 * The status of one endpoint.
 *
 * @param state {@code idle}, {@code delivering}, {@code retrying} or {@code paused}
 * @param reason why it retries or is paused, or null
 * @param notice a warning about the nodes that run the connector, or null
 * @param shadow whether the receiver said, a minute ago at most, that it applies nothing of what it
 *     is sent: the realm's source is in shadow mode there
 * @param holder whether a node delivers to it, or did a minute ago
 * @param pending changes and retries that are waiting
 * @param oldestPendingSeconds how long the oldest of them has waited; null if none does
 * @param users users that the receiver has
 * @param groups groups that the receiver has
 * @param parked users and groups that the receiver refused
 * @param refused the first of those, the longest refused first
 * @param foreign changes, users and groups left to a newer release of the connector, which stored
 *     values that this release does not know
 * @param stillIn an alarm: the number of users and groups through which a leaver still has access,
 *     because the receiver refuses to remove it
 * @param stillInSeconds how long the oldest of them has lasted; null if there is none
 * @param held losses of access that the safety valve holds, because so many at once look like an
 *     accident: somebody has to release or to discard them
 * @param heldSeconds since when there are some; null if there are none
 * @param heldCauses how many of them for which {@link com.abilian.sbe.scim.project.LossCause}
 * @param webhookFailure why its webhook does not take an alarm, which is tried again; null where it
 *     did, or there is none
 * @param lastDelivery epoch milliseconds, or null
 * @param lastRun the last reconciliation, without what it found one by one; null where there was
 *     none
 * @param directories where people of the realm come from, beside Keycloak itself
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
    boolean shadow,
    boolean holder,
    int pending,
    Long oldestPendingSeconds,
    int users,
    int groups,
    int parked,
    List<RefusedResource> refused,
    int foreign,
    int stillIn,
    Long stillInSeconds,
    int held,
    Long heldSeconds,
    Map<String, Integer> heldCauses,
    String webhookFailure,
    Long lastDelivery,
    RunStatus lastRun,
    List<DirectoryStatus> directories) {}
