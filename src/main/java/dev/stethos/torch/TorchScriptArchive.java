package dev.stethos.torch;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/// A TorchScript archive (the `.pt` zip that `torch.jit.load` reads) made from source text: one
/// stateless module whose class body is the text. The pickles hold only the two attributes that
/// every module has.
final class TorchScriptArchive {
    private static final Pattern CLASS = Pattern.compile("(?m)^class (\\w+)\\(Module\\):$");
    private static final String ARCHIVE_VERSION = "10\n";

    private TorchScriptArchive() {}

    /// `source` is TorchScript as archives store it: one `class Name(Module):` whose methods take
    /// `self: __torch__.Name`.
    static byte[] of(String source) {
        String className = className(source);
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
            zip.setMethod(ZipOutputStream.STORED);
            put(zip, "m/data.pkl", moduleState(className));
            put(zip, "m/code/__torch__.py", source.getBytes(StandardCharsets.UTF_8));
            put(zip, "m/constants.pkl", new Pickle().emptyTuple().stop());
            put(zip, "m/version", ARCHIVE_VERSION.getBytes(StandardCharsets.US_ASCII));
            put(zip, "m/byteorder", "little".getBytes(StandardCharsets.US_ASCII));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    static String className(String source) {
        Matcher matcher = CLASS.matcher(source);
        if (!matcher.find()) {
            throw new TorchException("TorchScript source has no line 'class Name(Module):'");
        }
        return matcher.group(1);
    }

    private static byte[] moduleState(String className) {
        return new Pickle()
                .instanceOf("__torch__", className)
                .mark()
                .text("training")
                .bool(false)
                .text("_is_full_backward_hook")
                .none()
                .setItemsAndBuild()
                .stop();
    }

    private static void put(ZipOutputStream zip, String name, byte[] content) throws IOException {
        CRC32 crc = new CRC32();
        crc.update(content);
        ZipEntry entry = new ZipEntry(name);
        entry.setSize(content.length);
        entry.setCompressedSize(content.length);
        entry.setCrc(crc.getValue());
        entry.setTime(0);
        zip.putNextEntry(entry);
        zip.write(content);
        zip.closeEntry();
    }

    /// The few opcodes of Python's pickle protocol 2 that a module without tensors needs.
    private static final class Pickle {
        private final ByteArrayOutputStream out = new ByteArrayOutputStream();

        Pickle() {
            opcodes(0x80, 2);
        }

        Pickle instanceOf(String module, String name) {
            opcodes('c');
            out.writeBytes((module + "\n" + name + "\n").getBytes(StandardCharsets.UTF_8));
            return opcodes(')', 0x81, '}');
        }

        Pickle mark() {
            return opcodes('(');
        }

        Pickle text(String value) {
            byte[] utf8 = value.getBytes(StandardCharsets.UTF_8);
            int length = utf8.length;
            opcodes('X', length & 255, length >> 8 & 255, length >> 16 & 255, length >>> 24);
            out.writeBytes(utf8);
            return this;
        }

        Pickle bool(boolean value) {
            return opcodes(value ? 0x88 : 0x89);
        }

        Pickle none() {
            return opcodes('N');
        }

        Pickle emptyTuple() {
            return opcodes(')');
        }

        Pickle setItemsAndBuild() {
            return opcodes('u', 'b');
        }

        byte[] stop() {
            opcodes('.');
            return out.toByteArray();
        }

        private Pickle opcodes(int... bytes) {
            for (int b : bytes) {
                out.write(b);
            }
            return this;
        }
    }
}
