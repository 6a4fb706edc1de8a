package dev.weir.deployed.gateway;

import java.util.Map;

/** What goes to the client. */
@SuppressWarnings("ArrayRecordComponent") // never compared
record GatewayAnswer(int status, Map<String, String> headers, byte[] body) {}
