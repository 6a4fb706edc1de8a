package dev.weir.store;

import java.util.OptionalLong;

/**
 * A fill that its deadline ended: what is stored of the blob so far, and how to go on.
 *
 * @param sizeBytes of the whole blob, as upstream promised it
 * @param hashState the running hash of the bytes that are stored, encoded by who made it
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record KeptFill(KeptUpload upload, OptionalLong sizeBytes, byte[] hashState) {}
