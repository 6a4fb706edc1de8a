package dev.weir.assembly;

import dev.weir.event.CacheEvents;
import dev.weir.rules.Rules;
import dev.weir.store.ContentStore;
import dev.weir.table.Table;
import dev.weir.upstream.UpstreamRegistry;

/**
 * What differs between AWS, a laptop and a test.
 *
 * @param upstream without a circuit breaker
 */
public record Adapters(
        Rules rules, Table table, ContentStore contents, UpstreamRegistry upstream, CacheEvents events) {}
