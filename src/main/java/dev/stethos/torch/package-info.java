/// The only door to DJL's PyTorch engine: one runtime, TorchScript programs built from source text,
/// tensors with one owner. Start at [TorchRuntime]. It knows nothing about models or files'
/// contents.
@NullMarked
package dev.stethos.torch;

import org.jspecify.annotations.NullMarked;
