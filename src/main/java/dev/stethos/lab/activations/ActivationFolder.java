package dev.stethos.lab.activations;

import dev.stethos.lab.activations.ActivationManifest.Place;
import dev.stethos.lab.activations.ActivationManifest.Shard;
import dev.stethos.weights.DType;
import dev.stethos.weights.SafetensorsFile;
import dev.stethos.weights.TensorInfo;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// A finished folder of activations, its shards mapped, so that memory does not grow with it. Rows
/// that it gave must not be read after it is closed.
public final class ActivationFolder implements AutoCloseable {
    private final ActivationManifest manifest;
    private final List<SafetensorsFile> files = new ArrayList<>();

    private ActivationFolder(ActivationManifest manifest) {
        this.manifest = manifest;
    }

    /// Opens and checks a folder; one that is not finished or not what its manifest says is
    /// refused.
    public static ActivationFolder open(Path path) {
        ActivationManifest manifest = ActivationManifest.read(path);
        if (manifest == null || !manifest.complete()) {
            throw new IllegalArgumentException(
                    "folder %s: %s; run lab activations on it"
                            .formatted(
                                    path.getFileName(),
                                    manifest == null
                                            ? "it has no manifest.json"
                                            : "%d of %d shards are done"
                                                    .formatted(
                                                            manifest.shards().size(),
                                                            manifest.shardCount())));
        }
        ActivationFolder folder = new ActivationFolder(manifest);
        try {
            for (Shard shard : manifest.shards()) {
                SafetensorsFile file = SafetensorsFile.open(path.resolve(shard.file()));
                folder.files.add(file);
                for (Place place : manifest.hookpoints()) {
                    TensorInfo info = file.tensor(place.hookpoint());
                    List<Long> shape = List.of((long) shard.tokens(), (long) place.width());
                    if (!info.shape().equals(shape)) {
                        throw new IllegalArgumentException(
                                "%s, tensor %s: shape %s, the manifest says %s"
                                        .formatted(shard.file(), info.name(), info.shape(), shape));
                    }
                }
            }
            return folder;
        } catch (RuntimeException e) {
            folder.close();
            throw e;
        }
    }

    public ActivationManifest manifest() {
        return manifest;
    }

    /// All rows at one of the manifest's hookpoints.
    public TokenRows rows(Hookpoint hookpoint) {
        for (Place place : manifest.hookpoints()) {
            if (place.hookpoint().equals(hookpoint.toString())) {
                return new MappedRows(place);
            }
        }
        throw new IllegalArgumentException(
                "hookpoint %s is not in the folder, it has %s"
                        .formatted(
                                hookpoint,
                                manifest.hookpoints().stream().map(Place::hookpoint).toList()));
    }

    private final class MappedRows implements TokenRows {
        private final int width;
        private final List<MemorySegment> parts = new ArrayList<>();
        private final DType dtype;
        private final long[] ends;

        MappedRows(Place place) {
            width = place.width();
            ends = new long[files.size()];
            DType found = DType.F32;
            long end = 0;
            for (int i = 0; i < files.size(); i++) {
                TensorInfo info = files.get(i).tensor(place.hookpoint());
                found = info.dtype();
                parts.add(files.get(i).data(info));
                end += manifest.shards().get(i).tokens();
                ends[i] = end;
            }
            dtype = found;
        }

        @Override
        public int width() {
            return width;
        }

        @Override
        public long rows() {
            return ends[ends.length - 1];
        }

        @Override
        public void read(long row, float[] into, int at) {
            int part = 0;
            while (row >= ends[part]) {
                part++;
            }
            long first = part == 0 ? 0 : ends[part - 1];
            for (int i = 0; i < width; i++) {
                into[at + i] = dtype.read(parts.get(part), (row - first) * width + i);
            }
        }
    }

    @Override
    public void close() {
        files.forEach(SafetensorsFile::close);
    }
}
