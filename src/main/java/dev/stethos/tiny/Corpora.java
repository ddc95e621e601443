package dev.stethos.tiny;

import dev.stethos.tiny.problems.ControlText;
import dev.stethos.tiny.problems.Draw;
import dev.stethos.tiny.problems.MathItem;
import dev.stethos.tiny.problems.ProblemBank;
import dev.stethos.tiny.problems.Subject;
import dev.stethos.tiny.tokens.BytePairTrainer;
import dev.stethos.tiny.tokens.Vocabulary;

/// The vocabulary's training text: all subjects and control text in equal parts.
final class Corpora {
    private static final int STREAM = 9;

    private Corpora() {}

    static Vocabulary vocabulary(Recipe recipe, long seed) {
        BytePairTrainer trainer = new BytePairTrainer();
        Subject[] subjects = Subject.values();
        for (int i = 0; i < Recipe.VOCABULARY_TEXTS; i++) {
            Draw draw = Draw.at(seed, STREAM, i);
            int kind = i % (subjects.length + 1);
            if (kind == subjects.length) {
                trainer.add(ControlText.training(draw));
            } else {
                MathItem item = ProblemBank.training(subjects[kind], draw);
                trainer.add("user\n" + item.problem() + "\nmodel\n" + item.solution());
            }
        }
        return trainer.train(recipe.vocabulary());
    }
}
