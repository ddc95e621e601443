/// Training and judging a small Gemma 3 with libtorch's autograd on the CPU. Start at
/// [TrainingRun]. It sees token sequences only and knows nothing about how problems are made.
@NullMarked
package dev.stethos.tiny.training;

import org.jspecify.annotations.NullMarked;
