package dev.stethos.hub;

/// The hub does not give what was asked for: no such model or revision, no access to it, or files
/// that are no model. The message says which and what helps; asking again does not.
public final class HubRefusalException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    HubRefusalException(String message) {
        super(message);
    }
}
