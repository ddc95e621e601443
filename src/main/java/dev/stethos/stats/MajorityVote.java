package dev.stethos.stats;

/// The answer that most of several samples give; of equally frequent ones the one given first.
///
/// X. Wang et al., "Self-consistency improves chain of thought reasoning in language models", 2022.
///
/// @param winner the first sample with that answer
/// @param votes how many samples give it
/// @param of how many samples voted
public record MajorityVote(int winner, int votes, int of) {

    /// @param answers for each sample the first sample with the same answer, itself where there is
    ///   none before, or -1 where it gives no answer
    public static MajorityVote of(int[] answers) {
        int[] votes = new int[answers.length];
        int winner = -1;
        for (int sample = 0; sample < answers.length; sample++) {
            int first = answers[sample];
            if (first < -1 || first > sample || (first >= 0 && answers[first] != first)) {
                throw new IllegalArgumentException(
                        "vote of sample %d: %d was given, allowed is the first sample of its answer or -1"
                                .formatted(sample, first));
            }
            if (first >= 0) {
                votes[first]++;
            }
        }
        for (int sample = 0; sample < answers.length; sample++) {
            if (votes[sample] > (winner < 0 ? 0 : votes[winner])) {
                winner = sample;
            }
        }
        return new MajorityVote(winner, winner < 0 ? 0 : votes[winner], answers.length);
    }

    /// The share of the samples that agree with the winner.
    public double agreement() {
        return of == 0 ? 0 : (double) votes / of;
    }
}
