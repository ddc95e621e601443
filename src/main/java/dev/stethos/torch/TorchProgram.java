package dev.stethos.torch;

import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDList;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.engine.PtSymbolBlock;
import ai.djl.pytorch.jni.IValue;
import ai.djl.pytorch.jni.IValueUtils;
import ai.djl.pytorch.jni.JniUtils;
import ai.djl.training.ParameterStore;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// A loaded TorchScript module. Its methods take tensors, prebuilt lists and plain values and
/// return tensors that the caller owns. Calls may come from any thread; each is synchronous.
public final class TorchProgram implements AutoCloseable {
    /// Profiling recompiles a program while it runs; the setting belongs to the calling thread.
    private static final ThreadLocal<Boolean> EXECUTOR_PLAIN =
            ThreadLocal.withInitial(() -> {
                JniUtils.setGraphExecutorOptimize(false);
                return true;
            });

    private final TorchRuntime runtime;
    private final String name;
    private final PtSymbolBlock module;

    TorchProgram(TorchRuntime runtime, String name, PtSymbolBlock module) {
        this.runtime = runtime;
        this.name = name;
        this.module = module;
    }

    /// Calls a method that returns one tensor.
    public Tensor call(String method, Argument... arguments) {
        try (IValue result = run(method, arguments)) {
            return new Tensor(runtime, result.toTensor(runtime.manager()));
        }
    }

    /// Calls a method that returns a list of tensors.
    public List<Tensor> callForList(String method, Argument... arguments) {
        try (IValue result = run(method, arguments)) {
            List<Tensor> tensors = new ArrayList<>();
            for (PtNDArray array : result.toTensorArray(runtime.manager())) {
                tensors.add(new Tensor(runtime, array));
            }
            return tensors;
        }
    }

    /// Calls a method with autograd on; it returns one tensor. Inputs go by position: a single
    /// tensor as itself, several tensors under one name as a `List[Tensor]`. Only tensors can be
    /// passed.
    public Tensor callWithGradients(String method, List<Map.Entry<String, List<Tensor>>> inputs) {
        boolean plain = EXECUTOR_PLAIN.get();
        JniUtils.setGradMode(plain);
        try (PtNDManager scope = (PtNDManager) runtime.manager().newSubManager();
                NDList arguments = new NDList()) {
            PtNDArray selector = (PtNDArray) scope.zeros(new ai.djl.ndarray.types.Shape(1));
            selector.setName("module_method:" + method);
            arguments.add(selector);
            for (Map.Entry<String, List<Tensor>> input : inputs) {
                boolean list = input.getKey().endsWith("[]");
                for (Tensor tensor : input.getValue()) {
                    PtNDArray array = tensor.open();
                    array.setName(list ? input.getKey() : null);
                    arguments.add(array);
                }
            }
            NDList result = module.forward(new ParameterStore(scope, false), arguments, true);
            PtNDArray first = (PtNDArray) result.getFirst();
            first.attach(runtime.manager());
            arguments.clear();
            return new Tensor(runtime, first);
        } catch (EngineException e) {
            throw failure(method, e);
        } finally {
            JniUtils.setGradMode(false);
        }
    }

    private IValue run(String method, Argument... arguments) {
        if (!EXECUTOR_PLAIN.get()) {
            throw new AssertionError();
        }
        IValue[] values = new IValue[arguments.length];
        try {
            for (int i = 0; i < arguments.length; i++) {
                values[i] = arguments[i].toNative();
            }
            return IValueUtils.runMethod(module, method, values);
        } catch (EngineException e) {
            throw failure(method, e);
        } finally {
            for (int i = 0; i < arguments.length; i++) {
                if (arguments[i].perCall() && values[i] != null) {
                    values[i].close();
                }
            }
        }
    }

    private TorchException failure(String method, EngineException e) {
        return new TorchException(
                "program " + name + ", method " + method + ": " + e.getMessage(), e);
    }

    @Override
    public void close() {
        module.close();
    }
}
