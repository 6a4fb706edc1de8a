package dev.weir.access.sigv4;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Collectors;

/**
 * A request in the one form that both sides sign. The path is taken as it was sent: it is encoded once more, and not
 * normalised. The body is always hashed, whatever {@code X-Amz-Content-Sha256} says.
 *
 * <p>Source: IAM user guide, "Create a signed AWS API request", step 1.
 */
final class CanonicalRequest {
    private CanonicalRequest() {}

    /** Errors: {@link SignatureException} where a signed header is absent or was sent twice, or the query can't be decoded. */
    static String of(SignedRequest request, List<String> signedHeaders) {
        String headers = signedHeaders.stream()
                .map(name -> name + ":" + value(request, name) + "\n")
                .collect(Collectors.joining());
        return String.join(
                "\n",
                request.method(),
                path(request.rawPath()),
                query(request.rawQuery()),
                headers,
                String.join(";", signedHeaders),
                sha256(request.body()));
    }

    static String sha256(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("SHA-256 is missing from this Java runtime", e);
        }
    }

    private static String value(SignedRequest request, String name) {
        List<String> values = request.headers().getOrDefault(name, List.of());
        if (values.size() != 1) {
            throw new SignatureException(
                    SignatureFailure.INVALID_SIGNATURE,
                    "the signed header '" + name + "' was received " + values.size() + " times: send it once");
        }
        return values.get(0).strip().replaceAll("\\s+", " ");
    }

    private static String path(String rawPath) {
        return rawPath.isEmpty() ? "/" : encoded(rawPath.getBytes(StandardCharsets.UTF_8), "/");
    }

    private static String query(String rawQuery) {
        if (rawQuery.isEmpty()) {
            return "";
        }
        return Arrays.stream(rawQuery.split("&", -1))
                .map(Parameter::parse)
                .sorted(Comparator.comparing(Parameter::name).thenComparing(Parameter::value))
                .map(parameter -> parameter.name() + "=" + parameter.value())
                .collect(Collectors.joining("&"));
    }

    /** A name and a value, both encoded in the one way that is canonical. */
    private record Parameter(String name, String value) {
        static Parameter parse(String raw) {
            int equals = raw.indexOf('=');
            String name = equals < 0 ? raw : raw.substring(0, equals);
            String value = equals < 0 ? "" : raw.substring(equals + 1);
            return new Parameter(encoded(decoded(name), ""), encoded(decoded(value), ""));
        }
    }

    private static byte[] decoded(String text) {
        byte[] in = text.getBytes(StandardCharsets.UTF_8);
        byte[] out = new byte[in.length];
        int length = 0;
        for (int i = 0; i < in.length; i++) {
            if (in[i] == '%') {
                out[length++] = hexByte(in, i);
                i += 2;
            } else {
                out[length++] = in[i];
            }
        }
        return Arrays.copyOf(out, length);
    }

    private static byte hexByte(byte[] in, int percent) {
        if (percent + 2 < in.length && HexFormat.isHexDigit(in[percent + 1]) && HexFormat.isHexDigit(in[percent + 2])) {
            return (byte) (HexFormat.fromHexDigit(in[percent + 1]) * 16 + HexFormat.fromHexDigit(in[percent + 2]));
        }
        throw new SignatureException(
                SignatureFailure.INCOMPLETE_SIGNATURE,
                "the query holds a % without two hex digits behind it: encode it as %25");
    }

    private static String encoded(byte[] bytes, String alsoKept) {
        StringBuilder text = new StringBuilder(bytes.length);
        for (byte b : bytes) {
            if (isUnreserved(b) || alsoKept.indexOf(b) >= 0) {
                text.append((char) b);
            } else {
                text.append('%').append(HexFormat.of().withUpperCase().toHexDigits(b));
            }
        }
        return text.toString();
    }

    private static boolean isUnreserved(byte b) {
        return (b >= 'a' && b <= 'z') || (b >= 'A' && b <= 'Z') || (b >= '0' && b <= '9') || "-._~".indexOf(b) >= 0;
    }
}
