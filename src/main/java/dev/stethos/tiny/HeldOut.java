package dev.stethos.tiny;

import dev.stethos.tiny.problems.ControlText;
import dev.stethos.tiny.problems.MathItem;
import dev.stethos.tiny.problems.ProblemBank;
import dev.stethos.tiny.problems.Split;
import java.util.List;

/// Items and control documents that no training saw: validation for every choice, test for the
/// final figures.
record HeldOut(
        List<MathItem> validation,
        List<MathItem> test,
        List<String> controlValidation,
        List<String> controlTest) {

    static HeldOut draw(Recipe recipe, long seed) {
        return new HeldOut(
                ProblemBank.heldOut(Split.VALIDATION, recipe.validationItems(), seed),
                ProblemBank.heldOut(Split.TEST, recipe.testItems(), seed),
                ControlText.heldOut(Split.VALIDATION, recipe.controlDocuments(), seed),
                ControlText.heldOut(Split.TEST, recipe.controlDocuments(), seed));
    }
}
