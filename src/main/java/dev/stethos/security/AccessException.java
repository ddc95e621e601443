package dev.stethos.security;

/// What is configured about access cannot be used: a keys file that is not one, or an address that
/// others reach while nobody needs a key. Names no key's content.
public final class AccessException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public AccessException(String message) {
        super(message);
    }

    AccessException(String message, Throwable cause) {
        super(message, cause);
    }
}
