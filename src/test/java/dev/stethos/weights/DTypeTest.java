package dev.stethos.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class DTypeTest {
    @Test
    void widensEverySixteenBitPatternAsTheFormatsDefineIt() {
        for (int bits = 0; bits < 1 << 16; bits++) {
            assertThat(Float.floatToIntBits(read(DType.F16, bits)))
                    .isEqualTo(Float.floatToIntBits((float) value(bits, 5, 10)));
            assertThat(Float.floatToIntBits(read(DType.BF16, bits)))
                    .isEqualTo(Float.floatToIntBits((float) value(bits, 8, 7)));
        }
    }

    @Test
    void narrowsWhatWasWidenedToTheSameBits() {
        for (int bits = 0; bits < 1 << 16; bits++) {
            for (DType type : new DType[] {DType.F16, DType.BF16}) {
                float wide = read(type, bits);
                if (!Float.isNaN(wide)) {
                    assertThat(write(type, wide)).isEqualTo(bits);
                } else {
                    assertThat(read(type, write(type, wide))).isNaN();
                }
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void readsManyElementsAsItReadsEach(DType type) {
        int count = 1 << 16;
        MemorySegment data = MemorySegment.ofArray(new byte[(count + 3) * type.bytes()]);
        for (int i = 0; i < (count + 3) * type.bytes() / 2; i++) {
            data.set(ValueLayout.JAVA_SHORT_UNALIGNED, 2L * i, (short) (i * 40503));
        }
        float[] many = new float[count];
        type.read(data, 3, many, count);
        for (int i = 0; i < count; i++) {
            assertThat(Float.floatToRawIntBits(many[i]))
                    .isEqualTo(Float.floatToRawIntBits(type.read(data, i + 3L)));
        }
    }

    @Test
    void roundsBfloat16ToTheNearestAndTiesToEven() {
        Random random = new Random(7);
        for (int i = 0; i < 200_000; i++) {
            float value = Float.intBitsToFloat(random.nextInt() & ~(i % 2 == 0 ? 0 : 0x7FFF));
            int below = Float.floatToRawIntBits(value) >>> 16;
            float low = read(DType.BF16, below);
            float high = read(DType.BF16, below + 1);
            if (!Float.isFinite(value) || !Float.isFinite(high)) {
                continue;
            }
            double toLow = Math.abs((double) value - low);
            double toHigh = Math.abs((double) value - high);
            int nearest = toLow < toHigh || (toLow == toHigh && below % 2 == 0) ? below : below + 1;
            assertThat(write(DType.BF16, value)).isEqualTo(nearest);
        }
        assertThat(read(DType.BF16, write(DType.BF16, Float.MAX_VALUE)))
                .isEqualTo(Float.POSITIVE_INFINITY);
        assertThat(read(DType.BF16, write(DType.BF16, Float.intBitsToFloat(0x7F800001)))).isNaN();
    }

    @Test
    void refusesOtherTypesByName() {
        assertThatThrownBy(() -> DType.named("F64"))
                .hasMessage("dtype F64, allowed [BF16, F16, F32]");
    }

    /// IEEE 754's definition of a binary floating-point number with these field widths.
    private static double value(int bits, int exponentBits, int fractionBits) {
        double sign = bits >>> 15 == 0 ? 1 : -1;
        int exponent = bits >>> fractionBits & (1 << exponentBits) - 1;
        double fraction = (bits & (1 << fractionBits) - 1) / Math.pow(2, fractionBits);
        int bias = (1 << (exponentBits - 1)) - 1;
        if (exponent == (1 << exponentBits) - 1) {
            return fraction == 0 ? sign * Double.POSITIVE_INFINITY : Double.NaN;
        }
        return exponent == 0
                ? sign * Math.pow(2, 1 - bias) * fraction
                : sign * Math.pow(2, exponent - bias) * (1 + fraction);
    }

    private static float read(DType type, int bits) {
        return type.read(MemorySegment.ofArray(new short[] {(short) bits}), 0);
    }

    private static int write(DType type, float value) {
        MemorySegment data = MemorySegment.ofArray(new short[1]);
        type.write(data, 0, value);
        return data.get(ValueLayout.JAVA_SHORT, 0) & 0xFFFF;
    }
}
