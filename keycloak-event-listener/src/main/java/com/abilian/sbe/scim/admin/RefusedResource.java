package com.abilian.sbe.scim.admin;

import com.fasterxml.jackson.annotation.JsonInclude;

/**
 * A user or group that the receiver refused. No names: ids are Keycloak's.
 *
 * @param type {@code USER} or {@code GROUP}
 * @param reason status and SCIM error type of the answer, never its text
 * @param blockedBy id of another user or group of the realm that has the same name or address at
 *     the receiver, or one that differs in case or blanks at most; null where none is known
 * @param seconds how long it has lasted; null where it is not known
 */
@JsonInclude(JsonInclude.Include.ALWAYS)
public record RefusedResource(
    String type, String id, String reason, String blockedBy, Long seconds) {}
