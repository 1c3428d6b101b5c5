package com.abilian.sbe.scim.client;

/** Bearer tokens for one endpoint (RFC 6750); safe for several threads. */
public interface TokenSource {

  /**
   * @throws EndpointFault where no token can be had
   */
  String token() throws EndpointFault;

  /** The receiver refused {@code token}: the next one must be another. */
  void refused(String token);
}
