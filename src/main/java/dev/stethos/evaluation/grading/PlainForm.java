package dev.stethos.evaluation.grading;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The form in which blanks, spacing commands, dollar signs, sizing of brackets and a final full
/// stop do not matter and numbers are fractions in lowest terms.
final class PlainForm {
    private static final int LONGEST_NUMBER = 200;
    private static final Pattern IGNORED =
            Pattern.compile("\\s|\\\\[!,;: ]|\\\\?\\$|\\\\(?:left|right)(?![A-Za-z])|\\.\\s*$");
    private static final Pattern TEXT = Pattern.compile("\\\\(?:text|mathrm|mbox)\\{([^{}]*)}");
    private static final String DECIMAL =
            "([+-]?(?:\\d{1,3}(?:,\\d{3})+|\\d+)(?:\\.\\d+)?|[+-]?\\.\\d+)";
    private static final Pattern NUMBER = Pattern.compile(DECIMAL);
    private static final Pattern QUOTIENT = Pattern.compile(DECIMAL + "/" + DECIMAL);
    private static final Pattern FRACTION =
            Pattern.compile("([+-]?)\\\\[dt]?frac\\{" + DECIMAL + "}\\{" + DECIMAL + "}");

    private PlainForm() {}

    static String of(String answer) {
        String unwrapped = TEXT.matcher(answer).replaceAll("$1");
        String bare = IGNORED.matcher(unwrapped).replaceAll("");
        return bare.length() > LONGEST_NUMBER ? bare : rational(bare).orElse(bare);
    }

    /// A number in lowest terms as `numerator/denominator`; nothing for other text or a zero
    /// denominator.
    private static Optional<String> rational(String text) {
        Matcher number = NUMBER.matcher(text);
        if (number.matches()) {
            return quotient(decimal(text), BigDecimal.ONE);
        }
        Matcher quotient = QUOTIENT.matcher(text);
        if (quotient.matches()) {
            return quotient(decimal(quotient.group(1)), decimal(quotient.group(2)));
        }
        Matcher fraction = FRACTION.matcher(text);
        if (fraction.matches()) {
            BigDecimal top = decimal(fraction.group(2));
            boolean negative = fraction.group(1).equals("-");
            return quotient(negative ? top.negate() : top, decimal(fraction.group(3)));
        }
        return Optional.empty();
    }

    private static BigDecimal decimal(String digits) {
        return new BigDecimal(digits.replace(",", ""));
    }

    private static Optional<String> quotient(BigDecimal top, BigDecimal bottom) {
        if (bottom.signum() == 0) {
            return Optional.empty();
        }
        int scale = Math.max(top.scale(), bottom.scale());
        BigInteger numerator = top.setScale(scale).unscaledValue();
        BigInteger denominator = bottom.setScale(scale).unscaledValue();
        BigInteger divisor = numerator.gcd(denominator);
        if (denominator.signum() < 0) {
            divisor = divisor.negate();
        }
        return Optional.of(numerator.divide(divisor) + "/" + denominator.divide(divisor));
    }
}
