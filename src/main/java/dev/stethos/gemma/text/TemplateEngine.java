package dev.stethos.gemma.text;

import com.hubspot.jinjava.Jinjava;
import com.hubspot.jinjava.JinjavaConfig;
import com.hubspot.jinjava.LegacyOverrides;
import com.hubspot.jinjava.interpret.JinjavaInterpreter;
import com.hubspot.jinjava.interpret.RenderResult;
import com.hubspot.jinjava.interpret.TemplateError;
import com.hubspot.jinjava.lib.filter.Filter;
import com.hubspot.jinjava.lib.fn.ELFunctionDefinition;
import java.lang.reflect.Method;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Jinja as chat templates expect it, in the one configuration in which values are never
/// interpreted. Any error of the engine is a [ChatTemplateException]. Safe from any thread.
final class TemplateEngine {
    private static final long MAX_OUTPUT = 1 << 26;
    private static final int MAX_DEPTH = 20;

    private final Jinjava jinjava;

    TemplateEngine() {
        jinjava =
                new Jinjava(
                        JinjavaConfig.newBuilder()
                                .withLegacyOverrides(LegacyOverrides.NONE)
                                .withTrimBlocks(true)
                                .withLstripBlocks(true)
                                .withNestedInterpretationEnabled(false)
                                .withMaxOutputSize(MAX_OUTPUT)
                                .withMaxRenderDepth(MAX_DEPTH)
                                .build());
        jinjava.registerFilter(new Trim());
        jinjava.registerFunction(new ELFunctionDefinition("", "raise_exception", raiser()));
    }

    String render(String template, Map<String, Object> values) {
        RenderResult result = jinjava.renderForResult(template, values);
        for (TemplateError error : result.getErrors()) {
            throw new ChatTemplateException(reason(error));
        }
        return result.getOutput();
    }

    /// What the template itself raised, or else what the engine found.
    private static String reason(TemplateError error) {
        @Nullable Throwable cause = error.getException();
        while (cause != null) {
            if (cause instanceof ChatTemplateException raised) {
                return Objects.requireNonNullElse(raised.getMessage(), "");
            }
            cause = cause.getCause();
        }
        return "chat template, line " + error.getLineno() + ": " + error.getMessage();
    }

    private static Method raiser() {
        try {
            Method method = TemplateEngine.class.getDeclaredMethod("raise", String.class);
            method.setAccessible(true);
            return method;
        } catch (NoSuchMethodException e) {
            throw new AssertionError(e);
        }
    }

    /// The template's `raise_exception(message)`.
    @SuppressWarnings("DoNotCallSuggester")
    static Object raise(String message) {
        throw new ChatTemplateException(message);
    }

    /// Python's `str.strip`, which knows other blanks than Java's.
    private static final class Trim implements Filter {
        private static final String BLANKS =
                "\t\n\u000b\f\r\u001c\u001d\u001e\u001f \u0085\u00a0\u1680\u2000\u2001\u2002\u2003\u2004"
                        + "\u2005\u2006\u2007\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000";

        @Override
        public String getName() {
            return "trim";
        }

        @Override
        public Object filter(
                @Nullable Object value, JinjavaInterpreter interpreter, String... arguments) {
            String text = Objects.toString(value, "");
            int begin = 0;
            int end = text.length();
            while (begin < end && BLANKS.indexOf(text.charAt(begin)) >= 0) {
                begin++;
            }
            while (begin < end && BLANKS.indexOf(text.charAt(end - 1)) >= 0) {
                end--;
            }
            return text.substring(begin, end);
        }
    }
}
