package com.abilian.sbe.scim.directory;

/** A directory could not be asked: nothing is known of it. The message names nobody. */
public final class DirectoryException extends Exception {

  private static final long serialVersionUID = 1L;

  public DirectoryException(String reason, Throwable cause) {
    super(reason, cause);
  }
}
