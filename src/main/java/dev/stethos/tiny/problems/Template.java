package dev.stethos.tiny.problems;

import java.util.function.Function;

/// One kind of problem of a subject; `level` is its difficulty from 1 to 5.
record Template(Subject subject, String name, int level, Function<Draw, Draft> writer) {
    Template {
        if (level < 1 || level > 5) {
            throw new IllegalArgumentException("template " + name + ": level " + level);
        }
    }

    MathItem write(Draw draw) {
        Draft draft = writer.apply(draw);
        return new MathItem(
                subject.slug() + "/" + name + "/" + draft.key(),
                subject,
                level,
                draft.problem(),
                draft.solution());
    }
}
