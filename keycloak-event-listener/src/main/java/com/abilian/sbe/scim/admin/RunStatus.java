package com.abilian.sbe.scim.admin;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import java.util.Map;

/**
 * A reconciliation and what it found. Times are epoch milliseconds.
 *
 * @param endpoint id of the component
 * @param phase {@code users}, {@code groups}, {@code removals} or {@code ended}
 * @param failure why it ended early, or null
 * @param waiting why the endpoint cannot be asked now, or null
 * @param counts users and groups by action: {@code create}, {@code adopt}, {@code update}, {@code
 *     disable}, {@code delete}, {@code report}
 * @param held how many of those to be deleted stay, because they are too many
 * @param items the first of them, by action; null in a summary
 */
@JsonInclude(JsonInclude.Include.ALWAYS)
public record RunStatus(
    String id,
    String endpoint,
    String cause,
    boolean dryRun,
    String phase,
    long createdAt,
    Long startedAt,
    Long endedAt,
    String failure,
    String waiting,
    Map<String, Integer> counts,
    int held,
    List<Item> items) {

  /**
   * One resource.
   *
   * @param type {@code USER} or {@code GROUP}
   * @param id Keycloak's; null where the receiver has none for it
   * @param name user name or path of the group; null where Keycloak does not have it
   * @param remoteId the receiver's; null where it does not have it
   */
  @JsonInclude(JsonInclude.Include.ALWAYS)
  public record Item(String action, String type, String id, String name, String remoteId) {}
}
