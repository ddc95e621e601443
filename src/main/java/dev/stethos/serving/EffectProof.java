package dev.stethos.serving;

import dev.stethos.gemma.Gemma3Model;
import dev.stethos.gemma.Gemma3Model.Row;
import dev.stethos.gemma.KvCache;
import dev.stethos.gemma.Revision;
import dev.stethos.torch.Tensor;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Proof that a revision does what it says: on a probe prompt its logits are finite, and they
/// differ from the base's, or equal them bit for bit when the revision is a declared identity. Runs
/// on the device thread.
final class EffectProof {
    private static final String PROBE = "The sum of 12 and 30 is";

    /// Of the text, behind the token that begins a sequence: as few as let every position but the
    /// first attend to others, in prefill and in decode.
    private static final int TOKENS = 3;

    private final Gemma3Model model;
    private final int[] probe;

    /// The base's, which never change.
    private float @Nullable [] baseLogits;

    EffectProof(Gemma3Model model) {
        this.model = model;
        int[] text = model.tokenizer().encode(PROBE);
        int count = Math.min(TOKENS, text.length);
        int[] tokens = new int[count + 1];
        tokens[0] = model.tokenizer().bos();
        System.arraycopy(text, 0, tokens, 1, count);
        this.probe = tokens;
    }

    /// Logits of every probe position, the last one decoded after the others were prefilled.
    float[] logits(Revision revision) {
        int last = probe.length - 1;
        int[] prompt = Arrays.copyOf(probe, last);
        try (KvCache cache = model.newCache(1, probe.length);
                Tensor prefilled = step(cache, new Row(revision, 0, 0, prompt, last));
                Tensor decoded =
                        step(cache, new Row(revision, 0, last, new int[] {probe[last]}, 1))) {
            float[] before = prefilled.toFloats();
            float[] after = decoded.toFloats();
            float[] all = Arrays.copyOf(before, before.length + after.length);
            System.arraycopy(after, 0, all, before.length, after.length);
            return all;
        }
    }

    private Tensor step(KvCache cache, Row row) {
        return model.step(cache, List.of(row));
    }

    /// Throws [EffectException] when the revision's logits are not finite.
    private float[] finiteLogits(String what, Revision revision) {
        float[] logits = logits(revision);
        for (float logit : logits) {
            if (!Float.isFinite(logit)) {
                throw new EffectException(
                        what
                                + ": the probe prompt's logits hold "
                                + logit
                                + ", allowed are finite numbers");
            }
        }
        return logits;
    }

    /// Throws [EffectException] when the base's logits are not finite.
    float[] baseLogits() {
        float[] known = baseLogits;
        if (known == null) {
            known = finiteLogits("model " + model.base().id(), model.base());
            baseLogits = known;
        }
        return known;
    }

    /// Throws [EffectException] when the profile's revision has not the effect it declares.
    void check(String profile, Revision edited, boolean identity) {
        float[] before = baseLogits();
        float[] after = finiteLogits("profile " + profile, edited);
        boolean equal = Arrays.equals(before, after);
        if (identity && !equal) {
            throw new EffectException(
                    "profile "
                            + profile
                            + ": it is a declared identity, but the probe prompt's logits differ from the base's");
        }
        if (!identity && equal) {
            throw new EffectException(
                    "profile "
                            + profile
                            + ": its edits change no logit of the probe prompt; allowed without effect are only profiles without edits or of scale 0");
        }
    }
}
