package dev.stethos.tiny;

import dev.stethos.tiny.training.Schedule;

/// A recipe whose whole training takes seconds.
final class TinyRecipes {
    private TinyRecipes() {}

    static Recipe minute() {
        return new Recipe(
                600,
                6,
                16,
                24,
                0.1,
                0.5,
                0.1,
                new Schedule(6, 4, 3e-3, 0.1, 0.05, 0.01),
                new Schedule(6, 4, 3e-3, 0.1, 0.05, 0.01),
                new Schedule(6, 4, 3e-3, 0.1, 0.05, 0.01),
                30,
                30,
                10);
    }
}
