package dev.weir.pull;

/** What a pull gives, and how the cache came by it. */
public record Answer<T>(T value, CacheStatus status) {}
