package dev.weir.rules;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * The address of an upstream registry: scheme, host and port, nothing more. ECR writes a bare host ({@code quay.io});
 * {@code https://} is assumed.
 *
 * <p>Errors: {@link #parse} throws {@link IllegalArgumentException} that names the value and the mend.
 *
 * @param scheme {@code https}, or {@code http} for a host that the operator listed as insecure
 * @param authority {@code host} or {@code host:port}, lower case
 */
public record UpstreamUrl(String scheme, String authority) {
    private static final Set<String> DOCKER_HUB = Set.of("registry-1.docker.io", "docker.io", "index.docker.io");
    private static final Pattern AUTHORITY =
            Pattern.compile("(?:[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?|\\[[0-9a-f:.]+\\])(?::[0-9]{1,5})?");

    /**
     * Parses {@code [https://]host[:port]}.
     *
     * @param insecureUpstreams {@code host:port} entries that may be spoken to over {@code http} and at private addresses
     */
    public static UpstreamUrl parse(String value, InsecureUpstreams insecureUpstreams) {
        String url = value.contains("://") ? value : "https://" + value;
        int at = url.indexOf("://");
        String scheme = url.substring(0, at).toLowerCase(Locale.ROOT);
        String rest = url.substring(at + 3).toLowerCase(Locale.ROOT);
        String authority = rest.endsWith("/") ? rest.substring(0, rest.length() - 1) : rest;
        if (!AUTHORITY.matcher(authority).matches() || !(scheme.equals("https") || scheme.equals("http"))) {
            throw new IllegalArgumentException(
                    "upstream registry URL '" + value + "' is not [https://]host[:port] without a path");
        }
        UpstreamUrl parsed = new UpstreamUrl(scheme, authority);
        parsed.requirePort(value);
        if (scheme.equals("http") && !insecureUpstreams.contains(parsed.host(), parsed.port())) {
            throw new IllegalArgumentException("upstream registry URL '" + value + "' is http: list "
                    + parsed.hostAndPort() + " in WEIR_INSECURE_UPSTREAMS, or use https");
        }
        return parsed;
    }

    private void requirePort(String value) {
        try {
            hostAndPort();
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("upstream registry URL '" + value + "': " + e.getMessage(), e);
        }
    }

    public URI uri() {
        try {
            return new URI(scheme + "://" + authority);
        } catch (URISyntaxException e) {
            throw new IllegalStateException("an authority that parsed makes no URI: " + authority, e);
        }
    }

    public String host() {
        return uri().getHost();
    }

    /** The scheme's default port when none is written. */
    public int port() {
        int port = uri().getPort();
        return port >= 0 ? port : scheme.equals("https") ? 443 : 80;
    }

    /** With the scheme's default port when none is written, {@code quay.io:443}, as {@link HostAndPort} spells it. */
    public String hostAndPort() {
        boolean written = authority.matches(".*:[0-9]+");
        return HostAndPort.parse(written ? authority : authority + (scheme.equals("https") ? ":443" : ":80"))
                .toString();
    }

    /** Docker Hub's registry hosts, where a single-component name means {@code library/<name>}. */
    public boolean isDockerHub() {
        return DOCKER_HUB.contains(authority);
    }

    /** Whether clients mean this registry by that name; Docker Hub has several. */
    boolean isKnownAs(String registry) {
        String known = registry.toLowerCase(Locale.ROOT);
        return known.equals(authority) || known.equals(hostAndPort()) || (isDockerHub() && DOCKER_HUB.contains(known));
    }

    /** As ECR prints it: the bare authority for https, the whole URL for http. */
    @Override
    public String toString() {
        return scheme.equals("https") ? authority : scheme + "://" + authority;
    }
}
