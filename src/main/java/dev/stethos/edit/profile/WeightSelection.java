package dev.stethos.edit.profile;

import dev.stethos.weights.WeightName;
import java.util.Collection;
import java.util.Collections;
import java.util.HashSet;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;

/// Which tensors an edit may touch: the named modules of the named layers. Modules outside of the
/// layers (`embed_tokens`, `norm`) are touched only when they are named.
public record WeightSelection(SortedSet<Integer> layers, SortedSet<String> modules) {
    public WeightSelection {
        layers = Collections.unmodifiableSortedSet(new TreeSet<>(layers));
        modules = Collections.unmodifiableSortedSet(new TreeSet<>(modules));
    }

    public static WeightSelection of(Collection<Integer> layers, Collection<String> modules) {
        return new WeightSelection(new TreeSet<>(layers), new TreeSet<>(modules));
    }

    /// The layers' and modules' names of the given tensors.
    public static WeightSelection covering(Collection<WeightName> names) {
        Set<Integer> layers = new HashSet<>();
        Set<String> modules = new HashSet<>();
        for (WeightName name : names) {
            name.layer().ifPresent(layers::add);
            modules.add(name.module());
        }
        return of(layers, modules);
    }

    public boolean contains(WeightName name) {
        return modules.contains(name.module())
                && (name.layer().isEmpty() || layers.contains(name.layer().getAsInt()));
    }
}
