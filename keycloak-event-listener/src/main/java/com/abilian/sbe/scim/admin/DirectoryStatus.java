package com.abilian.sbe.scim.admin;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;

/**
 * A directory that people of the realm come from.
 *
 * @param name of its provider
 * @param people how many the last complete snapshot showed
 * @param snapshotSeconds how long ago that began; null where there was none
 * @param failingSeconds how long it has not answered as it should; null where it does
 * @param reason why; null as {@code failingSeconds}
 * @param warnings what should be configured otherwise
 */
@JsonInclude(JsonInclude.Include.ALWAYS)
public record DirectoryStatus(
    String name,
    int people,
    Long snapshotSeconds,
    Long failingSeconds,
    String reason,
    List<String> warnings) {}
