package dev.weir.pull;

/** A value and why it is what it is. */
public record Answer<T>(T value, CacheStatus status) {}
