package dev.weir.nativeimage;

import java.util.LinkedHashSet;
import java.util.Set;

/**
 * What a method's bytecode does.
 *
 * @param calls the methods it calls
 * @param allocated the classes it makes instances of
 * @param initialised the classes whose static fields it touches or whose static methods it calls
 */
record ScannedMethod(Set<Call> calls, Set<String> allocated, Set<String> initialised) {

    /**
     * A call.
     *
     * @param isExact whether the method is known without the receiver's class: static, a constructor, private or of the superclass
     */
    record Call(String owner, String name, String descriptor, boolean isExact) {
        String method() {
            return name + descriptor;
        }
    }

    ScannedMethod() {
        this(new LinkedHashSet<>(), new LinkedHashSet<>(), new LinkedHashSet<>());
    }
}
