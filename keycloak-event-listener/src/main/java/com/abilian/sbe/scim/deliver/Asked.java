package com.abilian.sbe.scim.deliver;

import com.abilian.sbe.scim.client.EndpointFault;
import com.abilian.sbe.scim.client.ResourceFault;
import com.abilian.sbe.scim.project.Link;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * The question what the receiver has of one resource.
 *
 * @param wanted the name that the resource should have; null where it is to be removed
 * @param now epoch milliseconds
 */
record Asked(Looks looks, Link link, String wanted, long now) implements Sender.Question {

  @Override
  public String name() {
    return link.name();
  }

  @Override
  public Look ask() throws EndpointFault, ResourceFault, InterruptedException {
    return looks.at(link, wanted, now);
  }

  /**
   * Asks about each link that is not to be trusted.
   *
   * @param names by the id of the resource
   * @return what was found, by the id of the resource; without those that could not be asked now
   */
  static Map<String, Look> all(
      Sender sender,
      Looks looks,
      Map<String, Link> links,
      Function<String, String> names,
      long now) {
    List<Asked> asked = new ArrayList<>();
    links.forEach(
        (id, link) -> {
          if (link.needsLook(now)) {
            asked.add(new Asked(looks, link, names.apply(id), now));
          }
        });
    List<Look> answers = asked.isEmpty() ? List.of() : sender.look(asked);
    Map<String, Look> found = new HashMap<>();
    for (int i = 0; i < answers.size(); i++) {
      if (answers.get(i) != null) {
        found.put(asked.get(i).link().resourceId(), answers.get(i));
      }
    }
    return found;
  }
}
