package dev.stethos.evaluation.grading;

import dev.stethos.evaluation.algebra.Agreement;
import dev.stethos.evaluation.algebra.AnswerComparison;
import dev.stethos.evaluation.algebra.Expression;
import dev.stethos.evaluation.algebra.HarnessComparison;
import dev.stethos.evaluation.algebra.SymjaAlgebra;
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
    /// even from itself. Longer than 5,000 characters it is not looked at and undecided.
    MINERVA,

    /// As lm-evaluation-harness' `hendrycks_math` does: the same text in the form of the data set's
    /// authors, or as it is where there is no such form.
    HENDRYCKS,

    /// By Math-Verify's rules: equal as mathematics, also for lists, sets, intervals, tuples,
    /// matrices, equations and quantities with units. Not symmetric. Longer than 5,000 characters
    /// only the same text is the same.
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
            case HENDRYCKS -> hendrycks(reference, answer);
            case VERIFY -> verify(reference, answer);
        };
    }

    private static Agreement same(String first, String second) {
        return first.equals(second) ? Agreement.SAME : Agreement.DIFFERENT;
    }

    private static Agreement hendrycks(String reference, String answer) {
        Optional<String> wanted = HendrycksForm.of(reference);
        Optional<String> given = HendrycksForm.of(answer);
        return wanted.isPresent() && given.isPresent()
                ? same(wanted.get(), given.get())
                : same(reference, answer);
    }

    /// What cannot be read is different; of what is too long nobody tried.
    private static Agreement minerva(String reference, String answer) {
        if (Math.max(reference.length(), answer.length()) > LONGEST_READ) {
            return Agreement.UNDECIDED;
        }
        Optional<Expression> wanted = HarnessParser.parse(MinervaForm.of(reference));
        Optional<Expression> given = HarnessParser.parse(MinervaForm.of(answer));
        return wanted.isEmpty() || given.isEmpty()
                ? Agreement.DIFFERENT
                : new HarnessComparison(SymjaAlgebra.shared(), LIMIT)
                        .compare(wanted.get(), given.get());
    }

    /// Nothing is told of what cannot be read unless it is the same text.
    private static Agreement verify(String reference, String answer) {
        if (reference.equals(answer)) {
            return Agreement.SAME;
        }
        if (Math.max(reference.length(), answer.length()) > LONGEST_READ) {
            return Agreement.UNDECIDED;
        }
        VerifyAnswer wanted = VerifyAnswer.of(reference);
        VerifyAnswer given = VerifyAnswer.of(answer);
        if (given.form().isEmpty()) {
            return wanted.form().isEmpty() ? Agreement.SAME : Agreement.DIFFERENT;
        }
        if (wanted.form().equals(given.form())) {
            return Agreement.SAME;
        }
        Expression first = wanted.expression();
        Expression second = given.expression();
        if (first == null || second == null) {
            return Agreement.UNDECIDED;
        }
        return new AnswerComparison(SymjaAlgebra.shared(), LIMIT).compare(first, second);
    }
}
