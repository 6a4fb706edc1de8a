package dev.weir.registry;

import java.util.Map;

/**
 * An answer for any front to send.
 *
 * @param headers with {@code Content-Length}, which for HEAD is not the body's
 * @param body empty for HEAD
 */
@SuppressWarnings("ArrayRecordComponent") // nobody compares answers
public record RegistryResponse(int status, Map<String, String> headers, byte[] body) {}
