package dev.stethos.openai;

import dev.stethos.serving.ServedModel.Pin;
import java.time.Instant;
import java.util.UUID;

/// What all parts of one answer repeat: its id, when it was made, the model id as it was asked for,
/// and the revision that answers, whole and as OpenAI's short fingerprint.
record AnswerHead(String id, long created, String model, String revision) {
    static final String REVISION_HEADER = "X-Stethos-Revision";
    private static final int FINGERPRINT_DIGITS = 12;

    static AnswerHead of(String idPrefix, Pin pin) {
        return new AnswerHead(
                idPrefix + UUID.randomUUID().toString().replace("-", ""),
                Instant.now().getEpochSecond(),
                pin.modelId(),
                pin.revision().id());
    }

    /// `fp_` and the revision id's first twelve hex digits.
    String fingerprint() {
        return "fp_" + revision.substring(0, Math.min(FINGERPRINT_DIGITS, revision.length()));
    }
}
