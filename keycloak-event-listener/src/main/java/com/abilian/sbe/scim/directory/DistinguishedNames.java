package com.abilian.sbe.scim.directory;

import java.util.Collections;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import javax.naming.InvalidNameException;
import javax.naming.NamingException;
import javax.naming.directory.Attribute;
import javax.naming.directory.Attributes;
import javax.naming.ldap.LdapName;
import javax.naming.ldap.Rdn;

/** Distinguished names (RFC 4514), which one and the same entry may be written by in many ways. */
public final class DistinguishedNames {

  private DistinguishedNames() {}

  /**
   * One text for all ways of writing a name: escapes, order within a multi-valued RDN, case and
   * spaces, which directories do not tell apart (RFC 4518 §2.6.1).
   */
  public static String canonical(String dn) {
    try {
      return new LdapName(dn)
          .getRdns().stream().map(DistinguishedNames::canonical).collect(Collectors.joining("\0"));
    } catch (InvalidNameException unlike) {
      return folded(dn);
    }
  }

  private static String canonical(Rdn rdn) {
    Map<String, String> parts = new TreeMap<>();
    Attributes attributes = rdn.toAttributes();
    for (String type : Collections.list(attributes.getIDs())) {
      parts.put(folded(type), folded(value(attributes.get(type))));
    }
    return parts.toString();
  }

  private static String value(Attribute attribute) {
    try {
      return attribute.get() instanceof byte[] bytes
          ? HexFormat.of().formatHex(bytes)
          : String.valueOf(attribute.get());
    } catch (NamingException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  private static String folded(String text) {
    return text.strip().toLowerCase(Locale.ROOT).replaceAll("\\s+", " ");
  }
}
