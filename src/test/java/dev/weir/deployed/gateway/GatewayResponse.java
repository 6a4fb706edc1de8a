package dev.weir.deployed.gateway;

import java.util.Map;

/** What the gateway answers to the client. */
@SuppressWarnings("ArrayRecordComponent") // never compared
record GatewayResponse(int status, Map<String, String> headers, byte[] body) {}
