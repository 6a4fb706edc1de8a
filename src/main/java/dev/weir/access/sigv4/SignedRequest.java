package dev.weir.access.sigv4;

import java.util.List;
import java.util.Map;

/**
 * A request as it was sent. Prints without its headers and body.
 *
 * @param rawPath still encoded, as it stands in the request line: {@code /ecr}
 * @param rawQuery still encoded, without {@code ?}; empty where there is none
 * @param headers lower-case name → values, one for each time the header was sent
 * @param body decoded from the front's transport encoding, such as base64
 */
@SuppressWarnings("ArrayRecordComponent") // requests are never compared
public record SignedRequest(
        String method, String rawPath, String rawQuery, Map<String, List<String>> headers, byte[] body) {

    public SignedRequest {
        headers = Map.copyOf(headers);
    }

    @Override
    public String toString() {
        return "SignedRequest[" + method + " " + rawPath + "]";
    }
}
