package dev.stethos.torch;

/// A call into libtorch that failed; the message names the program and method that were called.
public final class TorchException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public TorchException(String message) {
        super(message);
    }

    public TorchException(String message, Throwable cause) {
        super(message, cause);
    }

    /// Whether the device, or the machine, had no memory left for what the call needed.
    public boolean isOutOfMemory() {
        String message = String.valueOf(getMessage());
        return message.contains("out of memory")
                || message.contains("not enough memory")
                || message.contains("can't allocate memory")
                || message.contains("Cannot allocate memory")
                || message.contains("bad_alloc");
    }
}
