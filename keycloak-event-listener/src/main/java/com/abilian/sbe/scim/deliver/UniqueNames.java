package com.abilian.sbe.scim.deliver;

import com.abilian.sbe.scim.project.ResourceType;
import com.abilian.sbe.scim.project.ScimResource;
import java.text.Normalizer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** The values of a resource that no other resource of the receiver may have. */
final class UniqueNames {

  static final String EMAILS = "emails";

  private UniqueNames() {}

  /**
   * A resource's value.
   *
   * @param attribute {@code userName}, {@code displayName} or {@code emails}
   * @return null where it has none
   */
  static String of(ScimResource resource, String attribute) {
    Object value = resource.attributes().get(attribute);
    return value instanceof List<?> list
        ? (String) ((Map<?, ?>) list.get(0)).get("value")
        : (String) value;
  }

  /**
   * Whether a receiver may take them for the same: but for case, blanks and what cannot be seen.
   */
  static boolean alike(String one, String other) {
    return one != null && other != null && folded(one).equals(folded(other));
  }

  /** The upper case of ß is SS: both ways come near to Unicode's full case folding. */
  private static String folded(String text) {
    return Normalizer.normalize(text, Normalizer.Form.NFC)
        .replaceAll("[\\p{Cf}\\x{34f}\\x{fe00}-\\x{fe0f}]", "")
        .replaceAll("[\\s\\p{Z}\\x{2800}\\x{1160}\\x{3164}]+", " ")
        .strip()
        .toUpperCase(Locale.ROOT)
        .toLowerCase(Locale.ROOT);
  }

  /**
   * What a resource is called while another one takes its name. Nobody has such a name: the path of
   * a group has {@code ~} or {@code /} after a {@code ~}, Keycloak refuses {@code ~} in user names,
   * and nobody has an address in {@code .invalid} (RFC 2606 §2).
   *
   * @param attributes the names to give up
   * @return values by attribute
   */
  static Map<String, Object> temporary(ResourceType type, String id, Set<String> attributes) {
    Map<String, Object> values = new LinkedHashMap<>();
    if (attributes.contains(type.key())) {
      values.put(type.key(), "~" + id);
    }
    if (attributes.contains(EMAILS)) {
      String mail = id.replaceAll("[^A-Za-z0-9.-]", "-") + "@renamed.invalid";
      values.put(EMAILS, List.of(Map.of("value", mail, "type", "work", "primary", true)));
    }
    return values;
  }
}
