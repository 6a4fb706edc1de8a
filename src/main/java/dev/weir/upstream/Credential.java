package dev.weir.upstream;

/**
 * A user name and access token for one upstream registry. Prints without the token.
 *
 * @param reach whom it is shown to
 */
public record Credential(String username, String accessToken, Reach reach) {

    /** How far a credential goes from the upstream's own host when that host asks for it elsewhere. */
    public enum Reach {
        /** To token endpoints in the host's domain too, as Docker Hub's are. */
        DOMAIN,
        /** Never further than to the host itself: an AWS token opens more than one repository. */
        HOST
    }

    public Credential(String username, String accessToken) {
        this(username, accessToken, Reach.DOMAIN);
    }

    @Override
    public String toString() {
        return "Credential[" + username + "]";
    }
}
