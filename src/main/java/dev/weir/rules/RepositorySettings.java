package dev.weir.rules;

/** What applies to one repository: its own settings where it has some, else those of its rule. */
public record RepositorySettings(TagMutability tagMutability) {}
