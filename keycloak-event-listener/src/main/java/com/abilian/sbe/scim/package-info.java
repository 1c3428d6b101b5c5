/**
 * Keycloak connector: provisions the users and groups of a realm to a SCIM 2.0 receiver.
 *
 * <h2>The way of one change</h2>
 *
 * <p>An administrator renames a user of a realm that has an enabled endpoint. The user's id goes
 * this way, and nothing but ids is stored on it:
 *
 * <ol>
 *   <li>{@link com.abilian.sbe.scim.keycloak.EventListenerFactory} hears Keycloak's admin event; of
 *       groups and memberships {@link com.abilian.sbe.scim.capture.ModelEvents} hears from the
 *       model.
 *   <li>{@link com.abilian.sbe.scim.capture.UserEvents} makes a {@link
 *       com.abilian.sbe.scim.mark.Change} of it: this user may differ now.
 *   <li>{@link com.abilian.sbe.scim.mark.MarkRecorder} makes a {@link
 *       com.abilian.sbe.scim.store.Mark} for each enabled endpoint of the realm; {@code
 *       SessionMarks} has the marks inserted in the transaction of the change itself.
 *   <li>After the commit {@link com.abilian.sbe.scim.schedule.Dispatcher} wakes the endpoint's
 *       {@code EndpointWorker}, on a thread of its own.
 *   <li>The worker runs a {@link com.abilian.sbe.scim.deliver.Round}: marks become a {@code Batch}
 *       of tasks, one {@code Task} for each user or group.
 *   <li>{@code UserTasks} reads the users as they are now ({@link
 *       com.abilian.sbe.scim.store.RealmReader}), {@link com.abilian.sbe.scim.project.Projection}
 *       makes each a {@link com.abilian.sbe.scim.project.ScimResource}, and {@link
 *       com.abilian.sbe.scim.project.Decision} says what to do, by comparing it with the {@link
 *       com.abilian.sbe.scim.project.Link}: what the receiver is known to hold.
 *   <li>A {@code Delivery} holds the request to send; its link is stored as in doubt first. {@code
 *       Sender} sends deliveries, several at a time, unless the {@link
 *       com.abilian.sbe.scim.deliver.CircuitBreaker} is tripped.
 *   <li>{@code ResourcePusher} asks {@link com.abilian.sbe.scim.client.ScimClient} for the one
 *       request that closes the gap: {@code PUT /Users/{id}}.
 *   <li>The receiver's answer becomes an {@code Outcome}. The round records it: the link is stored,
 *       and the marks that were read are deleted.
 * </ol>
 *
 * <p>A change without a mark (the connector was not there, the mapping is another one) is found by
 * a {@link com.abilian.sbe.scim.reconcile.FullSync}, which marks everything and joins this way at
 * the worker; one without an event by {@link com.abilian.sbe.scim.reconcile.Comparisons}, which
 * mark what differs.
 *
 * <h2>Packages</h2>
 *
 * <p>Each uses only those of the lines before its own: {@code project}; {@code client}, {@code
 * store}; {@code endpoint}; {@code directory}; {@code keycloak}, {@code mark}, {@code reconcile},
 * {@code monitor}; {@code capture}, {@code deliver}, {@code admin}; {@code schedule}; this one,
 * which builds and joins the parts ({@link com.abilian.sbe.scim.Connector}) and stands for the
 * components ({@link com.abilian.sbe.scim.EndpointFactory}).
 */
package com.abilian.sbe.scim;
