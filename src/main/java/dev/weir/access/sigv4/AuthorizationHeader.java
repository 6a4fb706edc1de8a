package dev.weir.access.sigv4;

import dev.weir.oci.Printable;
import java.util.HexFormat;
import java.util.List;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The parts of an {@code Authorization} header of Signature Version 4.
 *
 * <p>Shape: {@code AWS4-HMAC-SHA256 Credential=<id>/<yyyyMMdd>/<region>/<service>/aws4_request, SignedHeaders=<a;b;c>,
 * Signature=<64 hex digits>}.
 *
 * @param signedHeaders lower-case names in order, each once
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record AuthorizationHeader(
        String accessKeyId, String date, String region, String service, List<String> signedHeaders, byte[] signature) {
    static final String ALGORITHM = "AWS4-HMAC-SHA256";
    static final String TERMINATOR = "aws4_request";
    private static final int MAX_LENGTH = 4096;
    private static final int MAX_HEADERS = 64;
    private static final Pattern HEADER = Pattern.compile(ALGORITHM
            + " Credential=([A-Za-z0-9_-]{1,128})/([0-9]{8})/([a-z0-9-]{1,64})/([a-z0-9-]{1,64})/" + TERMINATOR
            + ", ?SignedHeaders=([!#$%&'*+.^_`|~0-9a-z;-]{1,2048})"
            + ", ?Signature=([0-9a-f]{64})");

    /** Errors: {@link SignatureException}. */
    static AuthorizationHeader parse(String text) {
        if (!text.startsWith("AWS4-")) {
            throw new SignatureException(
                    SignatureFailure.MISSING_AUTHENTICATION_TOKEN,
                    "the Authorization header holds no AWS signature: sign the request by Signature Version 4");
        }
        Matcher parts = HEADER.matcher(text.length() > MAX_LENGTH ? "" : text);
        if (!parts.matches()) {
            throw incomplete("the Authorization header can't be read: allowed is '" + ALGORITHM
                    + " Credential=<access key id>/<date>/<region>/<service>/" + TERMINATOR
                    + ", SignedHeaders=<names>, Signature=<64 hex digits>'");
        }
        return new AuthorizationHeader(
                parts.group(1),
                parts.group(2),
                parts.group(3),
                parts.group(4),
                names(parts.group(5)),
                HexFormat.of().parseHex(parts.group(6)));
    }

    private static List<String> names(String text) {
        List<String> names = List.of(text.split(";", -1));
        boolean inOrder = names.equals(List.copyOf(new TreeSet<>(names)));
        if (!inOrder || names.contains("") || names.size() > MAX_HEADERS) {
            throw incomplete("SignedHeaders is '" + Printable.of(text) + "': allowed are at most " + MAX_HEADERS
                    + " names in lower case, in order, each once");
        }
        return names;
    }

    String scope() {
        return date + "/" + region + "/" + service + "/" + TERMINATOR;
    }

    private static SignatureException incomplete(String message) {
        return new SignatureException(SignatureFailure.INCOMPLETE_SIGNATURE, message);
    }

    @Override
    public String toString() {
        return "AuthorizationHeader[" + accessKeyId + "/" + scope() + "]";
    }
}
