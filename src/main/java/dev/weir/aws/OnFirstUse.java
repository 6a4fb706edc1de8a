package dev.weir.aws;

import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Made when it is first asked for, and once: each client of the SDK costs a start milliseconds, and most answers need one of them. */
public final class OnFirstUse<T> implements Supplier<T> {
    private final Supplier<T> make;
    private volatile @Nullable T made;

    public OnFirstUse(Supplier<T> make) {
        this.make = make;
    }

    @Override
    public T get() {
        T known = made;
        return known == null ? makeOnce() : known;
    }

    private synchronized T makeOnce() {
        T known = made;
        if (known == null) {
            known = make.get();
            made = known;
        }
        return known;
    }
}
