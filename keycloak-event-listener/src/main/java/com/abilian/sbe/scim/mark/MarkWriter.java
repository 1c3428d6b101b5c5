package com.abilian.sbe.scim.mark;

import com.abilian.sbe.scim.store.Mark;
import java.util.List;

/** The two ways to insert marks. */
interface MarkWriter {

  /** In the session's own transaction, which must not commit without them. */
  void within(List<Mark> marks);

  /** In a transaction of their own, committed on return. */
  void apart(List<Mark> marks);
}
