package dev.weir.local;

import dev.weir.access.Caller;
import dev.weir.access.ControlKey;
import dev.weir.access.ControlKeysDocument;
import dev.weir.control.RuleAdmission;
import dev.weir.rules.InsecureUpstreams;
import dev.weir.rules.RuleSet;
import dev.weir.rules.RulesDocument;
import dev.weir.store.UrlLife;
import dev.weir.upstream.UpstreamProxy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What the environment says about a local registry.
 *
 * <p>Errors: {@link #of} throws {@link IllegalArgumentException} whose one line names the setting, its value and what is
 * allowed.
 *
 * @param rules the first ones of a new registry
 * @param maxRules how many there may be
 * @param hosts the names that clients may call the registry by
 * @param controlKeys the keys of the admin API
 * @param access who may call it, and where
 * @param embedded whether table and blobs are kept in the folder {@code data}; else they are in DynamoDB and S3, where
 *     {@code AWS_ENDPOINT_URL} points
 */
record LocalSettings(
        int port,
        Path data,
        RuleSet rules,
        int maxRules,
        InsecureUpstreams insecureUpstreams,
        AllowedHosts hosts,
        Optional<UpstreamProxy> upstreamProxy,
        Duration refreshInterval,
        Duration refreshTick,
        Duration refreshIdle,
        UrlLife urlLife,
        Map<String, ControlKey> controlKeys,
        LocalAccess access,
        boolean embedded) {
    /** Known to everybody: the admin API of a laptop is reached from the laptop only. */
    static final Map<String, ControlKey> KEYS_OF_A_LAPTOP =
            Map.of("weir", new ControlKey("weir-local-secret", "local", Caller.Role.ADMIN));

    static LocalSettings of(Map<String, String> environment) {
        InsecureUpstreams insecureUpstreams = InsecureUpstreams.parse(
                List.of(environment.getOrDefault("WEIR_INSECURE_UPSTREAMS", "").split(",", -1)));
        return new LocalSettings(
                port(environment.getOrDefault("WEIR_PORT", "5000")),
                Path.of(environment.getOrDefault("WEIR_DATA", ".weir")),
                rules(environment, insecureUpstreams),
                maxRules(environment.getOrDefault("WEIR_MAX_RULES", Integer.toString(RuleAdmission.DEFAULT_MAX_RULES))),
                insecureUpstreams,
                AllowedHosts.parse(environment.getOrDefault("WEIR_HOSTS", "")),
                Optional.ofNullable(environment.get("WEIR_UPSTREAM_PROXY"))
                        .filter(value -> !value.isBlank())
                        .map(UpstreamProxy::parse),
                duration(environment, "WEIR_REFRESH_INTERVAL", "PT24H"),
                duration(environment, "WEIR_REFRESH_TICK", "PT15M"),
                duration(environment, "WEIR_REFRESH_IDLE", "P30D"),
                UrlLife.parse(environment.getOrDefault("WEIR_URL_LIFE", "PT15M")),
                controlKeys(environment),
                LocalAccess.of(environment),
                environment.keySet().stream().noneMatch(name -> name.startsWith("AWS_ENDPOINT_URL")));
    }

    private static Map<String, ControlKey> controlKeys(Map<String, String> environment) {
        String document = environment.get("WEIR_CONTROL_KEYS");
        try {
            return document == null ? KEYS_OF_A_LAPTOP : ControlKeysDocument.parse(document);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("WEIR_CONTROL_KEYS " + e.getMessage());
        }
    }

    private static int maxRules(String value) {
        if (!value.matches("[1-9][0-9]{0,4}")) {
            throw new IllegalArgumentException(
                    "WEIR_MAX_RULES is '" + value + "': allowed is a number from 1 to 99999");
        }
        return Integer.parseInt(value);
    }

    private static int port(String value) {
        if (!value.matches("[0-9]{1,5}") || Integer.parseInt(value) < 1 || Integer.parseInt(value) > 65_535) {
            throw new IllegalArgumentException("WEIR_PORT is '" + value + "': allowed is a number from 1 to 65535");
        }
        return Integer.parseInt(value);
    }

    private static Duration duration(Map<String, String> environment, String name, String usual) {
        String value = environment.getOrDefault(name, usual);
        try {
            Duration interval = Duration.parse(value);
            if (interval.compareTo(Duration.ofSeconds(1)) >= 0) {
                return interval;
            }
        } catch (DateTimeException e) {
            // Told below, as a value that is too small is.
        }
        throw new IllegalArgumentException(
                name + " is '" + value + "': allowed is an ISO-8601 duration of at least PT1S, such as PT24H");
    }

    private static RuleSet rules(Map<String, String> environment, InsecureUpstreams insecureUpstreams) {
        String file = environment.getOrDefault("WEIR_RULES", "infra/rules.json");
        try {
            return RulesDocument.parse(Files.readAllBytes(Path.of(file)), insecureUpstreams);
        } catch (IOException e) {
            throw new IllegalArgumentException(
                    "WEIR_RULES is '" + file + "': allowed is a readable file of pull through cache rules");
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("WEIR_RULES is '" + file + "', which " + said(e));
        }
    }

    private static String said(IllegalArgumentException e) {
        String message = String.valueOf(e.getMessage());
        return message.startsWith("has ") || message.startsWith("not ")
                ? message.replaceFirst("^not ", "is not ")
                : "has " + message;
    }
}
