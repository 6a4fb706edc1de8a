package dev.weir.deployed.gateway;

import java.util.Optional;

/** What a function answered, or the message of its error. */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record FunctionResult(Optional<String> error, byte[] payload) {
    public static FunctionResult failed(String message) {
        return new FunctionResult(Optional.of(message), new byte[0]);
    }
}
