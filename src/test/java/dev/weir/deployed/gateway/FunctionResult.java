package dev.weir.deployed.gateway;

import java.util.Optional;

/**
 * The result of an invocation.
 *
 * @param error the message of the function's error; empty if it returned a payload
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record FunctionResult(Optional<String> error, byte[] payload) {
    public static FunctionResult failed(String message) {
        return new FunctionResult(Optional.of(message), new byte[0]);
    }
}
