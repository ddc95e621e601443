package dev.stethos.inference.sampling;

import java.util.List;

/// A token with its log probability (natural log, before temperature and filters) and the most
/// likely alternatives at its place, best first. The first prompt token has none: NaN and no
/// alternatives.
public record TokenLogprob(int token, double logprob, List<Alternative> top) {
    public record Alternative(int token, double logprob) {}

    public TokenLogprob {
        top = List.copyOf(top);
    }
}
