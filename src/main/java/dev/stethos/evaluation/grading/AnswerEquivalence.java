package dev.stethos.evaluation.grading;

import dev.stethos.evaluation.algebra.Agreement;
import dev.stethos.evaluation.algebra.AnswerComparison;
import dev.stethos.evaluation.algebra.Expression;
import dev.stethos.evaluation.algebra.HarnessComparison;
import dev.stethos.evaluation.algebra.SymjaAlgebra;
import dev.stethos.evaluation.latex.AnswerParser;
import dev.stethos.evaluation.latex.HarnessParser;
import java.time.Duration;
import java.util.Optional;

/// When an answer is the reference answer.
public enum AnswerEquivalence {

    /// Blanks, spacing commands, dollar signs, sizing of brackets and a final full stop do not
    /// matter. Integers, decimals and fractions are compared by their exact value; everything else
    /// as text, so this is an equivalence relation.
    NORMALISED,

    /// As lm-evaluation-harness' `minerva_math` counts an exact match: both are brought to
    /// Minerva's form, read as one expression and subtracted. What cannot be read is different,
    /// even from itself.
    MINERVA,

    /// As lm-evaluation-harness' `hendrycks_math` does: the same text in the form of the data set's
    /// authors.
    HENDRYCKS,

    /// By Math-Verify's rules: equal as mathematics, also for lists, sets, intervals, tuples,
    /// matrices, equations and quantities with units. Not symmetric.
    VERIFY;

    private static final Duration LIMIT = Duration.ofSeconds(2);
    private static final int LONGEST_READ = 5000;

    /// Whether the answer is the reference answer for certain.
    public boolean equivalent(String reference, String answer) {
        return compare(reference, answer) == Agreement.SAME;
    }

    public Agreement compare(String reference, String answer) {
        return switch (this) {
            case NORMALISED -> same(PlainForm.of(reference), PlainForm.of(answer));
            case MINERVA -> minerva(reference, answer);
            case HENDRYCKS -> same(HendrycksForm.of(reference), HendrycksForm.of(answer));
            case VERIFY -> verify(reference, answer);
        };
    }

    private static Agreement same(String first, String second) {
        return first.equals(second) ? Agreement.SAME : Agreement.DIFFERENT;
    }

    /// Bringing a text to Minerva's form takes time by the square of its length.
    private static Agreement minerva(String reference, String answer) {
        if (Math.max(reference.length(), answer.length()) > LONGEST_READ) {
            return Agreement.DIFFERENT;
        }
        Optional<Expression> wanted =
                HarnessParser.parse(MinervaForm.of(reference));
        Optional<Expression> given = HarnessParser.parse(MinervaForm.of(answer));
        if (wanted.isEmpty() || given.isEmpty()) {
            return Agreement.DIFFERENT;
        }
        return new HarnessComparison(SymjaAlgebra.shared(), LIMIT)
                .compare(wanted.get(), given.get());
    }

    /// Nothing is told of what cannot be read unless it is the same text.
    private static Agreement verify(String reference, String answer) {
        if (PlainForm.of(reference).equals(PlainForm.of(answer))) {
            return Agreement.SAME;
        }
        Optional<Expression> wanted =
                AnswerParser.parse(VerifyForm.of(reference));
        Optional<Expression> given = AnswerParser.parse(VerifyForm.of(answer));
        if (wanted.isEmpty() || given.isEmpty()) {
            return answer.isBlank() ? Agreement.DIFFERENT : Agreement.UNDECIDED;
        }
        return new AnswerComparison(SymjaAlgebra.shared(), LIMIT)
                .compare(wanted.get(), given.get());
    }
}
