package dev.weir.control;

import java.util.Map;

/** An answer of the admin API for any front to send. The front adds {@code Content-Length}. */
@SuppressWarnings("ArrayRecordComponent") // answers are never compared
public record ControlResponse(int status, Map<String, String> headers, byte[] body) {}
