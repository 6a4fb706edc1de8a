package dev.weir.access.sigv4;

import dev.weir.access.Caller;

/** The secret that a request has to be signed with, and who the caller is if it is. Prints without the secret. */
public record AccessKey(String secret, Caller caller) {
    @Override
    public String toString() {
        return "AccessKey[" + caller + "]";
    }
}
