package dev.stethos.torch;

/// A tensor's element type, with libtorch's own number for it and its size in bytes.
public enum ScalarType {
    BF16(15, 2),
    F16(5, 2),
    F32(6, 4),
    I64(4, 8),
    BOOL(11, 1);

    private final int code;
    private final int bytes;

    ScalarType(int code, int bytes) {
        this.code = code;
        this.bytes = bytes;
    }

    /// The `dtype` integer that TorchScript source and operators use.
    public int code() {
        return code;
    }

    public int bytes() {
        return bytes;
    }

    static ScalarType ofCode(long code) {
        for (ScalarType type : values()) {
            if (type.code == code) {
                return type;
            }
        }
        throw new TorchException("libtorch scalar type " + code + " is not one Stethos uses");
    }
}
