package dev.weir.table;

/** How new the answer of a read must be. */
public enum Consistency {
    /** Everything that was written before the read began. */
    STRONG,
    /** Possibly what was there a moment ago, for half the cost; right for what never changes once it is there. */
    EVENTUAL
}
