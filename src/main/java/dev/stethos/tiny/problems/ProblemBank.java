package dev.stethos.tiny.problems;

import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// All templates, and items drawn from them: training items one by one, validation and test items
/// as fixed sets with the same number from every template of a subject.
public final class ProblemBank {
    private static final int ATTEMPTS_PER_ITEM = 20_000;
    private static final Map<Subject, List<Template>> TEMPLATES = templates();

    private ProblemBank() {}

    /// One item of the training part, its template drawn evenly.
    public static MathItem training(Subject subject, Draw draw) {
        List<Template> templates = templates(subject);
        Template template = templates.get(draw.between(0, templates.size() - 1));
        MathItem item;
        do {
            item = template.write(draw);
        } while (item.split() != Split.TRAIN);
        return item;
    }

    /// `perSubject` distinct items of a held-out part for every subject, in subject and template
    /// order. A multiple of every subject's number of templates, so that strata are equal.
    public static List<MathItem> heldOut(Split split, int perSubject, long seed) {
        if (split == Split.TRAIN) {
            throw new IllegalArgumentException("held-out items cannot come from " + split);
        }
        List<MathItem> items = new ArrayList<>();
        for (Subject subject : Subject.values()) {
            List<Template> templates = templates(subject);
            if (perSubject % templates.size() != 0) {
                throw new IllegalArgumentException(
                        "%d items of %s cannot be shared evenly by %d templates"
                                .formatted(perSubject, subject, templates.size()));
            }
            for (Template template : templates) {
                items.addAll(stratum(template, split, perSubject / templates.size(), seed));
            }
        }
        return items;
    }

    static List<Template> templates(Subject subject) {
        List<Template> templates = TEMPLATES.get(subject);
        if (templates == null) {
            throw new IllegalStateException("no templates for " + subject);
        }
        return templates;
    }

    private static List<MathItem> stratum(Template template, Split split, int count, long seed) {
        Set<String> seen = new HashSet<>();
        List<MathItem> items = new ArrayList<>();
        Draw draw =
                Draw.at(
                        seed,
                        split.ordinal(),
                        template.subject().ordinal(),
                        template.name().hashCode());
        for (int i = 0; i < count * ATTEMPTS_PER_ITEM && items.size() < count; i++) {
            MathItem item = template.write(draw);
            if (item.split() == split && seen.add(item.id())) {
                items.add(item);
            }
        }
        if (items.size() < count) {
            throw new IllegalStateException(
                    "template %s has %d items for %s, %d are needed"
                            .formatted(template.name(), items.size(), split, count));
        }
        return items;
    }

    private static Map<Subject, List<Template>> templates() {
        Map<Subject, List<Template>> map = new EnumMap<>(Subject.class);
        map.put(Subject.PREALGEBRA, Prealgebra.templates());
        map.put(Subject.ALGEBRA, Algebra.templates());
        map.put(Subject.NUMBER_THEORY, NumberTheory.templates());
        map.put(Subject.COUNTING_AND_PROBABILITY, Counting.templates());
        map.put(Subject.GEOMETRY, Geometry.templates());
        map.put(Subject.INTERMEDIATE_ALGEBRA, IntermediateAlgebra.templates());
        map.put(Subject.PRECALCULUS, Precalculus.templates());
        return Collections.unmodifiableMap(map);
    }
}
