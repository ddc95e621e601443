package dev.stethos.torch;

import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.jni.JniUtils;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// The libtorch engine of this process, on the device that [TorchDevice#chosen] gives when it
/// starts. Started once by [#get]; it makes tensors from Java arrays and mapped files and loads
/// programs. Safe from any thread.
public final class TorchRuntime {
    private static volatile @Nullable TorchRuntime instance;

    private final TorchDevice device;
    private final Argument name;
    private final PtNDManager manager;
    private final TorchProgram tensors;

    private TorchRuntime(TorchDevice device) {
        this.device = device;
        name = Argument.of(device.toString());
        manager = (PtNDManager) NDManager.newBaseManager(device.toNative(), "PyTorch");
        tensors = load("torch/tensors.torchscript");
    }

    /// The process's runtime; the first call loads the native libraries. A device that is not there
    /// is an [IllegalArgumentException], every time.
    public static TorchRuntime get() {
        TorchRuntime started = instance;
        return started == null ? start() : started;
    }

    private static synchronized TorchRuntime start() {
        if (instance == null) {
            instance = new TorchRuntime(TorchDevice.chosen());
        }
        return instance;
    }

    public TorchDevice device() {
        return device;
    }

    /// Loads a program from a class path resource that holds TorchScript source.
    public TorchProgram load(String resource) {
        return loadSource(resource, text(resource));
    }

    /// Loads a program from source text; `name` stands in error messages.
    public TorchProgram loadSource(String name, String source) {
        byte[] archive = TorchScriptArchive.of(source);
        try {
            return new TorchProgram(
                    this,
                    name,
                    JniUtils.loadModule(manager, new ByteArrayInputStream(archive), false, false));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public Tensor floats(float[] values, long... shape) {
        return created(() -> manager.create(values, new Shape(shape)));
    }

    public Tensor longs(long[] values, long... shape) {
        return created(() -> manager.create(values, new Shape(shape)));
    }

    private Tensor created(Supplier<NDArray> creation) {
        try {
            return new Tensor(this, (PtNDArray) creation.get());
        } catch (EngineException e) {
            throw new TorchException("a tensor from Java: " + e.getMessage(), e);
        }
    }

    /// A tensor whose elements are whatever memory holds, to be written before it is read.
    public Tensor empty(ScalarType type, long... shape) {
        return tensors.call("empty", Argument.ofList(shape), Argument.of(type.code()), name);
    }

    /// As [#empty], where Java can write it whatever the device: [Tensor#memory] gives its memory.
    public Tensor emptyOnHost(ScalarType type, long... shape) {
        return tensors.call(
                "empty", Argument.ofList(shape), Argument.of(type.code()), Argument.of("cpu"));
    }

    public Tensor zeros(ScalarType type, long... shape) {
        return tensors.call("zeros", Argument.ofList(shape), Argument.of(type.code()), name);
    }

    /// This tensor where programs run: itself on the CPU, otherwise a copy, and the given one is
    /// closed.
    public Tensor onDevice(Tensor tensor) {
        return switch (device) {
            case TorchDevice.Cpu cpu -> tensor;
            case TorchDevice.Cuda cuda -> {
                try (tensor) {
                    yield tensors.call("on_device", tensor, name);
                }
            }
        };
    }

    /// The first `elements` of a file as one row, mapped privately on the CPU: writes to the tensor
    /// never reach the file. The file must hold at least that many elements and must not shrink
    /// while mapped.
    public Tensor map(Path file, ScalarType type, long elements) {
        return tensors.call(
                "map_file",
                Argument.of(file.toAbsolutePath().toString()),
                Argument.of(elements),
                Argument.of(type.code()));
    }

    /// Number of threads that one operation may use.
    public int threads() {
        return JniUtils.getNumThreads();
    }

    /// Fixes the number of threads of one operation; sums may differ in their last bits between
    /// numbers.
    public void useThreads(int threads) {
        JniUtils.setNumThreads(threads);
    }

    TorchProgram tensors() {
        return tensors;
    }

    PtNDManager manager() {
        return manager;
    }

    private static String text(String resource) {
        try (InputStream in = TorchRuntime.class.getClassLoader().getResourceAsStream(resource)) {
            if (in == null) {
                throw new TorchException("class path resource " + resource + " is missing");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
