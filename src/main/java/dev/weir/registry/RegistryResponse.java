package dev.weir.registry;

import java.util.Map;

/**
 * An answer for any front to send.
 *
 * @param headers with {@code Content-Length}; for HEAD of a blob it is the blob's
 * @param body for HEAD of a manifest that of GET, since API Gateway makes {@code Content-Length} of it; no front sends it
 */
@SuppressWarnings("ArrayRecordComponent") // answers are never compared
public record RegistryResponse(int status, Map<String, String> headers, byte[] body) {}
