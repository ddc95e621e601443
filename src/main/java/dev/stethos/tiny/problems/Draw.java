package dev.stethos.tiny.problems;

import java.util.SplittableRandom;

/// Random choices of one item, a function of its seeds alone.
public final class Draw {
    private final SplittableRandom random;

    private Draw(long seed) {
        random = new SplittableRandom(seed);
    }

    /// Independent choices for every path, say (seed, stream, index).
    public static Draw at(long... path) {
        long state = 0x9e3779b97f4a7c15L;
        for (long part : path) {
            state = mix(state ^ mix(part + 0x632be59bd9b4e019L));
        }
        return new Draw(state);
    }

    /// A whole number from `low` to `high`, both included.
    public int between(int low, int high) {
        return random.nextInt(low, high + 1);
    }

    public String pick(String... options) {
        return options[random.nextInt(options.length)];
    }

    /// A number in [0, 1).
    public double share() {
        return random.nextDouble();
    }

    /// A sample of the normal distribution with mean 0 and variance 1.
    public double gaussian() {
        return random.nextGaussian();
    }

    /// A bijection of the 64-bit numbers that spreads every bit (the finalizer of SplitMix64).
    static long mix(long value) {
        long z = (value ^ (value >>> 30)) * 0xbf58476d1ce4e5b9L;
        z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
        return z ^ (z >>> 31);
    }
}
