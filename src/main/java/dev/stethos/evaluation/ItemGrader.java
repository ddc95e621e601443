package dev.stethos.evaluation;

import dev.stethos.evaluation.SampledItem.Sample;
import dev.stethos.evaluation.TextModel.Completion;
import dev.stethos.evaluation.suite.MathProblem;
import dev.stethos.evaluation.suite.Suite;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Grades all arms' samples of an item and says which samples of an arm agree.
public record ItemGrader(Suite suite) {

    /// @param completions by sample, and by arm within a sample
    public List<Sample> grade(MathProblem problem, List<List<Completion>> completions) {
        List<Sample> answers = new ArrayList<>();
        for (int sample = 0; sample < completions.size(); sample++) {
            List<Completion> ofSample = completions.get(sample);
            for (int arm = 0; arm < ofSample.size(); arm++) {
                GradedAnswer graded = GradedAnswer.of(suite, problem, ofSample.get(arm));
                answers.add(
                        new Sample(arm, sample, graded, agreesWith(graded, arm, sample, answers)));
            }
        }
        return answers;
    }

    private @Nullable Integer agreesWith(
            GradedAnswer graded, int arm, int sample, List<Sample> before) {
        String answer = graded.answer();
        if (answer == null) {
            return null;
        }
        for (Sample other : before) {
            Integer first = other.agreesWith();
            String known = other.graded().answer();
            if (other.arm() == arm
                    && known != null
                    && first != null
                    && first == other.sample()
                    && suite.equivalence().equivalent(known, answer)) {
                return first;
            }
        }
        return sample;
    }
}
