package dev.weir.access.identity;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.weir.access.oidc.OidcIssuer;
import dev.weir.access.policy.MalformedPolicyException;
import dev.weir.access.policy.PolicyDocument;
import java.net.URI;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.jose4j.jwk.JsonWebKeySet;
import org.jose4j.lang.JoseException;

/**
 * The identities as a JSON text.
 *
 * <p>Shape: {@code {"awsAccounts":["111122223333"], "oidcIssuers":[{"alias":"github","issuer":"https://token.actions.githubusercontent.com",
 * "jwks":{"keys":[…]}}], "roles":[{"roleName":"ci","assumeRolePolicyDocument":{…},"maxSessionDuration":3600}]}}. Every member may be
 * missing; {@code jwks} is for an issuer that can't be reached. Roles have the words of IAM's CreateRole; the duration is in seconds.
 *
 * <p>Bounds: 64 KiB, 100 accounts, 20 issuers, 200 roles.
 *
 * <p>Errors: {@link IllegalArgumentException} that names the path, the value and what is allowed.
 */
public final class IdentitiesDocument {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int MAX_LENGTH = 64 * 1024;
    private static final int MAX_ACCOUNTS = 100;
    private static final int MAX_ISSUERS = 20;
    private static final int MAX_ROLES = 200;
    private static final int SHORTEST_SESSION = 900;
    private static final int LONGEST_SESSION = 43_200;
    /** IAM's. */
    private static final Duration USUAL_SESSION = Duration.ofHours(1);

    private static final Pattern ACCOUNT = Pattern.compile("[0-9]{12}");
    private static final Pattern ALIAS = Pattern.compile("[a-z0-9][a-z0-9-]{0,31}");
    private static final Pattern ISSUER = Pattern.compile("https://[a-z0-9.-]+(:[0-9]{1,5})?(/[A-Za-z0-9._~/-]*)?");
    private static final Pattern ROLE_NAME = Pattern.compile("[A-Za-z0-9+=,.@_-]{1,64}");

    private IdentitiesDocument() {}

    public static Identities parse(String text) {
        if (text.length() > MAX_LENGTH) {
            throw new IllegalArgumentException("has more than " + MAX_LENGTH + " characters");
        }
        JsonNode json;
        try {
            json = JSON.readTree(text);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("is not JSON");
        }
        DocumentNode document = new DocumentNode("", json).object(Set.of("awsAccounts", "oidcIssuers", "roles"));
        return new Identities(
                accounts(document.member("awsAccounts")),
                issuers(document.member("oidcIssuers")),
                roles(document.member("roles")));
    }

    private static Set<String> accounts(DocumentNode list) {
        Set<String> accounts = new TreeSet<>();
        list.elements(MAX_ACCOUNTS)
                .forEach(account -> accounts.add(account.text(ACCOUNT, "an account's twelve digits, in quotes")));
        return accounts;
    }

    private static List<OidcIssuer> issuers(DocumentNode list) {
        Map<String, OidcIssuer> byAlias = new LinkedHashMap<>();
        Set<URI> known = new TreeSet<>();
        for (DocumentNode node : list.elements(MAX_ISSUERS)) {
            OidcIssuer issuer = issuer(node.object(Set.of("alias", "issuer", "jwks")));
            if (byAlias.put(issuer.alias(), issuer) != null) {
                throw node.member("alias").rejected("an alias that no other issuer has");
            }
            if (!known.add(issuer.issuer())) {
                throw node.member("issuer").rejected("an issuer that is listed once");
            }
        }
        return List.copyOf(byAlias.values());
    }

    private static OidcIssuer issuer(DocumentNode node) {
        return new OidcIssuer(
                node.member("alias").text(ALIAS, "1 to 32 small letters, digits and -"),
                URI.create(node.member("issuer").text(ISSUER, "an https URL without user, query and fragment")),
                node.find("jwks").map(IdentitiesDocument::jwks));
    }

    private static String jwks(DocumentNode node) {
        try {
            String text = node.json().toString();
            if (!new JsonWebKeySet(text).getJsonWebKeys().isEmpty()) {
                return text;
            }
        } catch (JoseException e) {
            // Told below, as a set without keys is.
        }
        throw node.rejected("a JSON Web Key Set with at least one public key");
    }

    private static Map<String, Role> roles(DocumentNode list) {
        Map<String, Role> roles = new LinkedHashMap<>();
        for (DocumentNode node : list.elements(MAX_ROLES)) {
            DocumentNode role = node.object(Set.of("roleName", "assumeRolePolicyDocument", "maxSessionDuration"));
            String name = role.member("roleName").text(ROLE_NAME, "1 to 64 letters, digits and + = , . @ _ -");
            if (roles.put(name, role(role, name)) != null) {
                throw role.member("roleName").rejected("a name that no other role has");
            }
        }
        return roles;
    }

    private static Role role(DocumentNode node, String name) {
        Duration longest = node.find("maxSessionDuration")
                .map(seconds -> Duration.ofSeconds(seconds.number(SHORTEST_SESSION, LONGEST_SESSION)))
                .orElse(USUAL_SESSION);
        DocumentNode trust = node.member("assumeRolePolicyDocument");
        if (!trust.json().isObject()) {
            throw trust.rejected("a trust policy, as an object");
        }
        try {
            PolicyDocument policy = PolicyDocument.parse(trust.json().toString());
            return new Role(policy.labelled("trust policy of role '" + name + "'"), longest);
        } catch (MalformedPolicyException e) {
            throw new IllegalArgumentException("has " + trust.path() + ", in which " + e.getMessage());
        }
    }
}
