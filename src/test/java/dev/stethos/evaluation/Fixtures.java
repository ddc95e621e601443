package dev.stethos.evaluation;

import dev.stethos.evaluation.suite.Suite;
import dev.stethos.gemma.Revision;
import java.util.Map;

/// A small suite and arms without weights.
final class Fixtures {
    static final String SUITE =
            """
            name: small
            items: evaluation/items.jsonl
            subjects: [algebra, number_theory]
            prompt:
              style: chat
              text: "{problem}"
            max-tokens: 8
            stop: []
            extraction: boxed
            equivalence: normalised
            control: evaluation/control.txt
            """;

    static final Arm BASELINE = new Arm("base", Revision.base("b0", Map.of()), false);
    static final Arm CANDIDATE = new Arm("number-theory", Revision.base("c0", Map.of()), false);

    private Fixtures() {}

    static Suite suite() {
        return Suite.parse(SUITE, "small.yaml");
    }
}
