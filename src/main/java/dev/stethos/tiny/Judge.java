package dev.stethos.tiny;

import dev.stethos.tiny.problems.MathItem;
import dev.stethos.tiny.training.GreedyDecoder;
import dev.stethos.tiny.training.Weights;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/// Greedy answers to items, graded by exact agreement of the boxed answers.
final class Judge {
    private final ChatSequences sequences;
    private final GreedyDecoder decoder;

    Judge(ChatSequences sequences, GreedyDecoder decoder) {
        this.sequences = sequences;
        this.decoder = decoder;
    }

    /// One graded answer.
    record Verdict(MathItem item, String answer, boolean correct, boolean unworked) {}

    List<Verdict> judge(Weights weights, List<MathItem> items) {
        return judge(weights, items, Set.of());
    }

    /// Judges with the box forbidden as the answer's first token.
    List<Verdict> judgeWorkedOnly(Weights weights, List<MathItem> items) {
        return judge(weights, items, sequences.startingWith("\\"));
    }

    private List<Verdict> judge(Weights weights, List<MathItem> items, Set<Integer> forbidden) {
        List<int[]> prompts = items.stream().map(item -> sequences.prompt(item.problem())).toList();
        List<int[]> answers = decoder.answer(weights, prompts, forbidden);
        List<Verdict> verdicts = new ArrayList<>();
        for (int i = 0; i < items.size(); i++) {
            MathItem item = items.get(i);
            String text = sequences.text(answers.get(i));
            verdicts.add(
                    new Verdict(
                            item,
                            text,
                            MathItem.boxed(text).equals(item.answer()),
                            MathItem.unworked(text)));
        }
        return verdicts;
    }
}
