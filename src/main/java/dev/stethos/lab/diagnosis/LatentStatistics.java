package dev.stethos.lab.diagnosis;

import java.util.List;

/// The documents of a diagnosis at one layer, and the lengths of its latents' decoder rows.
@SuppressWarnings("ArrayRecordComponent")
public record LatentStatistics(List<DocumentLatents> documents, double[] norms) {
    public LatentStatistics {
        documents = List.copyOf(documents);
    }

    public int width() {
        return norms.length;
    }

    /// Means and frequencies per token under these labels, which may leave documents out.
    public Contrast contrast(Labels labels) {
        if (labels.of().length != documents.size()) {
            throw new IllegalArgumentException(
                    "%d labels for %d documents".formatted(labels.of().length, documents.size()));
        }
        int control = labels.subjects();
        double[][] means = new double[control + 1][width()];
        double[][] frequencies = new double[control + 1][width()];
        long[] tokens = new long[control + 1];
        for (int i = 0; i < documents.size(); i++) {
            int label = labels.of()[i];
            if (label != Labels.LEFT_OUT) {
                int row = label == Labels.CONTROL ? control : label;
                DocumentLatents document = documents.get(i);
                tokens[row] += document.tokens();
                for (int j = 0; j < document.latents().length; j++) {
                    means[row][document.latents()[j]] += document.sums()[j];
                    frequencies[row][document.latents()[j]] += document.fires()[j];
                }
            }
        }
        return Contrast.ofSums(means, frequencies, tokens, norms);
    }
}
