package dev.stethos.torch;

import ai.djl.pytorch.jni.IValue;

/// One argument of a [TorchProgram] call: a [Tensor], a prebuilt [TensorList], or a plain value
/// made by the factories here.
public sealed interface Argument permits Tensor, TensorList, Argument.Value {

    /// A new native value that the caller closes, or one that outlives the call.
    IValue toNative();

    /// True when [#toNative] made the value only for this call.
    boolean perCall();

    static Argument of(long value) {
        return new Value.Int(value);
    }

    static Argument of(double value) {
        return new Value.Float(value);
    }

    static Argument of(boolean value) {
        return new Value.Bool(value);
    }

    static Argument of(String value) {
        return new Value.Text(value);
    }

    static Argument ofList(long... values) {
        return new Value.Ints(values.clone());
    }

    /// A plain value; its native form lives for one call.
    sealed interface Value extends Argument {
        @Override
        default boolean perCall() {
            return true;
        }

        record Int(long value) implements Value {
            @Override
            public IValue toNative() {
                return IValue.from(value);
            }
        }

        record Float(double value) implements Value {
            @Override
            public IValue toNative() {
                return IValue.from(value);
            }
        }

        record Bool(boolean value) implements Value {
            @Override
            public IValue toNative() {
                return IValue.from(value);
            }
        }

        record Text(String value) implements Value {
            @Override
            public IValue toNative() {
                return IValue.from(value);
            }
        }

        @SuppressWarnings("ArrayRecordComponent")
        record Ints(long[] values) implements Value {
            @Override
            public IValue toNative() {
                return IValue.listFrom(values);
            }
        }
    }
}
