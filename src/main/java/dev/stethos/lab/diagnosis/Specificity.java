package dev.stethos.lab.diagnosis;

import java.util.Arrays;

/// A score of how specific to mathematics a layer is, made of a score of each of its latents.
public sealed interface Specificity {
    /// A letter, as tables name it.
    String letter();

    /// In words, for provenance.
    String formula();

    /// By latent; the higher, the more specific.
    double[] latents(Contrast contrast);

    /// Of the whole layer.
    double layer(Contrast contrast);

    /// A: the positive part of the difference of the activation profiles, `p_i H_i^a - q_i`, with
    /// `H` the entropy of a latent over the subjects; with exponent 0 the total variation distance.
    /// ReasonScore: Galichin et al., <https://arxiv.org/abs/2503.18878>.
    record ProfileContrast(double exponent) implements Specificity {
        public ProfileContrast {
            if (!(exponent >= 0)) {
                throw new IllegalArgumentException(
                        "entropy exponent " + exponent + ", allowed is 0 or more");
            }
        }

        @Override
        public String letter() {
            return "A";
        }

        @Override
        public String formula() {
            return "A: sum over latents of max(0, p H^%s - q), p and q the shares of the mean activation on math and control text, H the normalised entropy over subjects"
                    .formatted(exponent);
        }

        @Override
        public double[] latents(Contrast contrast) {
            double[] p = Contrast.shares(contrast.math());
            double[] q = Contrast.shares(contrast.control());
            double[] scores = new double[p.length];
            for (int i = 0; i < p.length; i++) {
                scores[i] = p[i] * Math.pow(entropy(contrast, i), exponent) - q[i];
            }
            return scores;
        }

        private double entropy(Contrast contrast, int latent) {
            int subjects = contrast.subjects().length;
            if (exponent == 0 || subjects < 2) {
                return 1;
            }
            double sum = 0;
            for (double[] subject : contrast.subjects()) {
                sum += subject[latent];
            }
            double entropy = 0;
            for (double[] subject : contrast.subjects()) {
                double share = sum == 0 ? 0 : subject[latent] / sum;
                entropy -= share == 0 ? 0 : share * Math.log(share);
            }
            return entropy / Math.log(subjects);
        }

        @Override
        public double layer(Contrast contrast) {
            return Arrays.stream(latents(contrast)).filter(score -> score > 0).sum();
        }
    }

    /// B: the share of the activation, times decoder length, that latents carry which fire on math
    /// and hardly on control text. SAEBench's unlearning: Farrell et al.,
    /// <https://arxiv.org/abs/2410.19278>.
    record GatedMass(double threshold) implements Specificity {
        public GatedMass {
            if (!(threshold > 0 && threshold < 1)) {
                throw new IllegalArgumentException(
                        "frequency threshold " + threshold + ", allowed is between 0 and 1");
            }
        }

        @Override
        public String letter() {
            return "B";
        }

        @Override
        public String formula() {
            return "B: share of the mean activation times decoder length on math text that latents carry whose frequency is %s or more on math and less on control text"
                    .formatted(threshold);
        }

        @Override
        public double[] latents(Contrast contrast) {
            double[] mass = new double[contrast.width()];
            double whole = 0;
            for (int i = 0; i < mass.length; i++) {
                double own = contrast.math()[i] * contrast.norms()[i];
                whole += own;
                boolean gated =
                        contrast.controlFrequency()[i] < threshold
                                && contrast.mathFrequency()[i] >= threshold;
                mass[i] = gated ? own : 0;
            }
            for (int i = 0; i < mass.length; i++) {
                mass[i] = whole == 0 ? 0 : mass[i] / whole;
            }
            return mass;
        }

        @Override
        public double layer(Contrast contrast) {
            return Arrays.stream(latents(contrast)).sum();
        }
    }

    /// C: the mean of the `top` largest differences of firing frequency. Ferrando et al.,
    /// <https://arxiv.org/abs/2411.14257>.
    record Separation(int top) implements Specificity {
        public Separation {
            if (top < 1) {
                throw new IllegalArgumentException("top " + top + ", allowed is 1 or more");
            }
        }

        @Override
        public String letter() {
            return "C";
        }

        @Override
        public String formula() {
            return "C: mean of the %d largest differences of firing frequency, math minus control text"
                    .formatted(top);
        }

        @Override
        public double[] latents(Contrast contrast) {
            return difference(contrast.mathFrequency(), contrast.controlFrequency());
        }

        @Override
        public double layer(Contrast contrast) {
            double[] scores = latents(contrast);
            Arrays.sort(scores);
            int count = Math.min(top, scores.length);
            return Arrays.stream(scores, scores.length - count, scores.length).sum() / count;
        }
    }

    /// C': the latent that separates every subject from control text best, by its worst subject.
    record MaxMin() implements Specificity {
        @Override
        public String letter() {
            return "C'";
        }

        @Override
        public String formula() {
            return "C': largest over latents of the smallest over subjects of the difference of firing frequency, subject minus control text";
        }

        @Override
        public double[] latents(Contrast contrast) {
            double[] least = new double[contrast.width()];
            Arrays.fill(least, Double.POSITIVE_INFINITY);
            for (double[] subject : contrast.subjectFrequencies()) {
                double[] scores = difference(subject, contrast.controlFrequency());
                for (int i = 0; i < least.length; i++) {
                    least[i] = Math.min(least[i], scores[i]);
                }
            }
            return least;
        }

        @Override
        public double layer(Contrast contrast) {
            return Arrays.stream(latents(contrast)).max().orElseThrow();
        }
    }

    private static double[] difference(double[] math, double[] control) {
        double[] scores = new double[math.length];
        for (int i = 0; i < scores.length; i++) {
            scores[i] = math[i] - control[i];
        }
        return scores;
    }
}
