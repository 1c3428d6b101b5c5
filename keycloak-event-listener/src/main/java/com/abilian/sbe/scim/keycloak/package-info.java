/**
 * Everything that needs classes of Keycloak's private modules, which may change in any release: its
 * transactions, the changelog of our tables, tokens signed by a realm's key, the listeners of
 * events, the extension of the Admin API. Other packages see interfaces and values of ours, or the
 * public SPI.
 */
package com.abilian.sbe.scim.keycloak;
