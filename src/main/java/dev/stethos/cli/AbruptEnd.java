package dev.stethos.cli;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import sun.misc.Signal;

/// SIGINT and SIGTERM end an offline command at once, with exit code 128 and the signal's number.
/// Neither shutdown hooks nor native destructors run: libtorch's free what its threads still use,
/// which would be a crash. Profiles are renamed into place when they are whole; a report that is
/// just being written may be cut.
final class AbruptEnd {
    private static final int SIGNALLED = 128;

    private AbruptEnd() {}

    static void onSignals() {
        Linker linker = Linker.nativeLinker();
        MethodHandle exit =
                linker.downcallHandle(
                        linker.defaultLookup().findOrThrow("_exit"),
                        FunctionDescriptor.ofVoid(ValueLayout.JAVA_INT));
        for (String name : new String[] {"INT", "TERM"}) {
            Signal.handle(new Signal(name), signal -> end(exit, signal.getNumber()));
        }
    }

    private static void end(MethodHandle exit, int signal) {
        try {
            exit.invokeExact(SIGNALLED + signal);
        } catch (Throwable e) {
            throw new IllegalStateException("_exit", e);
        }
    }
}
