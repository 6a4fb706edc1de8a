package dev.weir.local;

import dev.weir.access.UserEntry;
import dev.weir.access.UsersDocument;
import dev.weir.access.identity.Identities;
import dev.weir.access.identity.IdentitiesDocument;
import dev.weir.oci.Printable;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Map;
import java.util.function.Function;
import java.util.regex.Pattern;

/**
 * Who may call a local registry, and at which address it listens.
 *
 * <p>Errors: {@link #of} throws {@link IllegalArgumentException} whose one line names the setting and the remedy.
 *
 * @param address an IP address of this machine
 * @param allowsAnonymous whether a request without credentials is answered; wrong credentials never are
 */
record LocalAccess(InetAddress address, Map<String, UserEntry> users, Identities identities, boolean allowsAnonymous) {
    private static final Pattern IP_ADDRESS = Pattern.compile("[0-9]+(\\.[0-9]+){3}|[0-9a-fA-F:.]*:[0-9a-fA-F:.]*");

    static LocalAccess of(Map<String, String> environment) {
        Map<String, UserEntry> users = document(environment, "WEIR_USERS", ":$2", LocalAccess::users, Map.of());
        Identities identities =
                document(environment, "WEIR_IDENTITIES", "{", IdentitiesDocument::parse, Identities.NONE);
        boolean asksWhoCalls = !users.isEmpty() || !identities.equals(Identities.NONE);
        String anonymous = environment.getOrDefault("WEIR_ANONYMOUS", "");
        if (!anonymous.matches("|true|false")) {
            throw new IllegalArgumentException(
                    "WEIR_ANONYMOUS is '" + Printable.of(anonymous) + "': allowed is true or false");
        }
        InetAddress address = address(environment.getOrDefault("WEIR_ADDRESS", "127.0.0.1"));
        if (!address.isLoopbackAddress()) {
            requireGuarded(address, asksWhoCalls || anonymous.equals("true"), environment);
        }
        return new LocalAccess(
                address, users, identities, anonymous.equals("true") || (!asksWhoCalls && anonymous.isEmpty()));
    }

    /** Other machines reach it: nothing may be open that nobody has opened on purpose. */
    private static void requireGuarded(InetAddress address, boolean isDecided, Map<String, String> environment) {
        if (!isDecided) {
            throw new IllegalArgumentException("WEIR_ADDRESS is '" + address.getHostAddress()
                    + "', which other machines reach: set WEIR_USERS, or WEIR_ANONYMOUS=true to let everybody pull");
        }
        if (!environment.containsKey("WEIR_CONTROL_KEYS")) {
            throw new IllegalArgumentException("WEIR_ADDRESS is '" + address.getHostAddress()
                    + "', which other machines reach, and the usual key of the admin API is known to everybody:"
                    + " set WEIR_CONTROL_KEYS, {} for none");
        }
    }

    private static InetAddress address(String text) {
        try {
            if (IP_ADDRESS.matcher(text).matches()) {
                return InetAddress.getByName(text);
            }
        } catch (UnknownHostException e) {
            // Told below, as other text is.
        }
        throw new IllegalArgumentException("WEIR_ADDRESS is '" + Printable.of(text)
                + "': allowed is an IP address of this machine, such as 127.0.0.1 or 0.0.0.0");
    }

    private static Map<String, UserEntry> users(String text) {
        return text.stripLeading().startsWith("{")
                ? UsersDocument.parse(text)
                : UsersDocument.parseHtpasswd(text.replace(',', '\n'));
    }

    /** @param mark what the text itself holds and the name of a file does not */
    private static <T> T document(
            Map<String, String> environment, String name, String mark, Function<String, T> parse, T ifAbsent) {
        String value = environment.getOrDefault(name, "");
        if (value.isBlank()) {
            return ifAbsent;
        }
        boolean isText = value.contains(mark) || value.stripLeading().startsWith("{");
        try {
            return parse.apply(isText ? value : Files.readString(Path.of(value)));
        } catch (IOException | InvalidPathException e) {
            throw new IllegalArgumentException(
                    name + " is '" + Printable.of(value) + "': allowed is a readable file, or what it would hold");
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(name + " " + e.getMessage());
        }
    }
}
