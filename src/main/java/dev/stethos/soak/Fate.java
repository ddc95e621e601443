package dev.stethos.soak;

/// What became of a request.
enum Fate {
    /// The whole answer came, or the refusal that a bad request must get.
    ANSWERED,
    /// 429 or 503 with `Retry-After`.
    REFUSED,
    /// The server was killed or had stopped listening meanwhile.
    CUT,
    /// The client left on purpose.
    LEFT,
    /// Anything else.
    LOST
}
