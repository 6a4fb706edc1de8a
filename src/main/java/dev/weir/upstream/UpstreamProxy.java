package dev.weir.upstream;

import dev.weir.rules.HostAndPort;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * The HTTP proxy that all calls of upstreams go through; those over https by CONNECT.
 *
 * <p>It is the proxy that looks names up and dials, so which addresses may be reached is the proxy's to decide: Weir
 * checks no address then. {@code HTTP_PROXY} and its like in the environment are not read.
 *
 * <p>Shape: {@code http://[user:password@]host:port}. Errors: {@link #parse} throws {@link IllegalArgumentException} that names
 * the setting and what is allowed, without the password.
 */
public record UpstreamProxy(HostAndPort address, Optional<Credential> credential) {

    public static UpstreamProxy parse(String value) {
        try {
            URI uri = new URI(value.strip());
            boolean isBare = ("".equals(uri.getRawPath()) || "/".equals(uri.getRawPath()))
                    && uri.getRawQuery() == null
                    && uri.getRawFragment() == null;
            if ("http".equalsIgnoreCase(uri.getScheme()) && uri.getHost() != null && uri.getPort() > 0 && isBare) {
                String host = uri.getHost().replaceAll("^\\[|\\]$", "");
                return new UpstreamProxy(
                        new HostAndPort(host, uri.getPort()),
                        Optional.ofNullable(uri.getRawUserInfo()).map(UpstreamProxy::credential));
            }
        } catch (URISyntaxException | IllegalArgumentException e) {
            // Told below: the exception's words would show the password.
        }
        throw new IllegalArgumentException("WEIR_UPSTREAM_PROXY is '" + value.replaceFirst("//.*@", "//***@")
                + "': allowed is http://host:port or http://user:password@host:port");
    }

    private static Credential credential(String userInfo) {
        int colon = userInfo.indexOf(':');
        if (colon < 1) {
            throw new IllegalArgumentException("no password");
        }
        return new Credential(decoded(userInfo.substring(0, colon)), decoded(userInfo.substring(colon + 1)));
    }

    private static String decoded(String part) {
        return URLDecoder.decode(part.replace("+", "%2B"), StandardCharsets.UTF_8);
    }
}
