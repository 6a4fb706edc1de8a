package dev.weir.store;

/** What a presigned URL is good for: the method is signed with it. */
public enum BlobAccess {
    GET,
    HEAD
}
