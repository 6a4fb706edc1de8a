package dev.weir.access;

/**
 * Where a login comes from, and which registry it is meant for.
 *
 * @param registryHost the name of this registry that was called, as images have it: {@code weir.example.org},
 *     {@code localhost:5000}; empty where the front can't vouch for it, and then no token is taken that is made for one registry
 */
public record Source(ClientAddress address, String registryHost) {}
