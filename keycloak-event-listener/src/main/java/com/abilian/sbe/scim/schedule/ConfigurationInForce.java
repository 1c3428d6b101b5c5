package com.abilian.sbe.scim.schedule;

import com.abilian.sbe.scim.endpoint.Endpoint;
import com.abilian.sbe.scim.project.Projection;
import com.abilian.sbe.scim.reconcile.FullSync;
import com.abilian.sbe.scim.store.EndpointStore.Basis;
import com.abilian.sbe.scim.store.Stores;
import com.abilian.sbe.scim.store.Transactions;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.Map;
import org.jboss.logging.Logger;

/** By which configuration of each endpoint is delivered: that of the node which has its lease. */
final class ConfigurationInForce {

  private static final Logger LOG = Logger.getLogger(ConfigurationInForce.class);

  /** A change of configuration is seen by all nodes before so many looks. */
  private static final int LOOKS = 3;

  private final Stores stores;
  private final String nodeId;

  /** How often in a row another one was in force than this node reads, by endpoint. */
  private final Map<String, Integer> unlike = new HashMap<>();

  ConfigurationInForce(Stores stores, String nodeId) {
    this.stores = stores;
    this.nodeId = nodeId;
  }

  /**
   * Puts the configuration of an endpoint in force, to which this node delivers. One that is new,
   * or sends something else than before, gets a full sync; one that sends to another address
   * forgets what the former receiver had. Its worker may be running only if the configuration is
   * the same: then the realm was replaced by one with the same ids, and a full sync follows too.
   *
   * @param fenced the holder's transactions
   */
  void put(Endpoint endpoint, Transactions fenced) {
    String id = endpoint.id();
    Basis before = stores.transactions().call(c -> stores.endpoints().basis(c, id)).orElse(null);
    if (before == null || isOther(basis(endpoint), before)) {
      fenced.change(id, connection -> put(connection, endpoint));
    }
    unlike.remove(id);
  }

  private static boolean isOther(Basis mine, Basis before) {
    return !mine.isConfiguredAs(before) || mine.revision() > before.revision();
  }

  private void put(Connection connection, Endpoint endpoint) throws SQLException {
    String id = endpoint.id();
    Basis mine = basis(endpoint);
    Basis before = stores.endpoints().basis(connection, id).orElseThrow();
    if (before.target() != null && !mine.target().equals(before.target())) {
      stores.links().forget(connection, id);
      stores.members().deleteAll(connection, id);
      stores.losses().deleteAll(connection, id);
      stores.endpoints().forgetStanding(connection, id);
    }
    if (isOther(mine, before)) {
      int revision = Math.max(mine.revision(), before.revision());
      stores
          .endpoints()
          .saveBasis(connection, id, new Basis(mine.target(), mine.projection(), revision));
      new FullSync(stores, endpoint).plan(connection, "CONFIGURED");
    }
  }

  /**
   * Compares the configuration of an endpoint with the one in force, where another node delivers.
   * That they differ shows in the status once the other had the time to see a change.
   */
  void observe(Endpoint endpoint) {
    String id = endpoint.id();
    Basis inForce = stores.transactions().call(c -> stores.endpoints().basis(c, id)).orElse(null);
    if (inForce == null
        || inForce.projection() == null
        || basis(endpoint).isConfiguredAs(inForce)) {
      if (unlike.remove(id) != null) {
        stores.transactions().run(c -> stores.endpoints().agree(c, id, nodeId));
      }
      return;
    }
    if (unlike.merge(id, 1, Integer::sum) == LOOKS) {
      stores.transactions().run(c -> stores.endpoints().dispute(c, id, nodeId));
      LOG.warnf("Endpoint %s: the node that delivers reads another configuration of it", id);
    }
  }

  private static Basis basis(Endpoint endpoint) {
    return new Basis(endpoint.target(), endpoint.projection(), Projection.REVISION);
  }
}
