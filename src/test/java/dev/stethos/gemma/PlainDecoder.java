package dev.stethos.gemma;

import dev.stethos.gemma.config.Gemma3Config;
import java.util.HashMap;
import java.util.Map;

/// Gemma 3's text decoder in plain double precision, written from the architecture's description:
/// the whole sequence at once, one head and one position at a time, no cache. The oracle for the
/// program.
final class PlainDecoder {
    private final Gemma3Config config;
    private final Map<String, double[]> weights = new HashMap<>();

    PlainDecoder(Gemma3Config config, Map<String, float[]> weights) {
        this.config = config;
        weights.forEach((name, values) -> {
            double[] wide = new double[values.length];
            for (int i = 0; i < values.length; i++) {
                wide[i] = values[i];
            }
            this.weights.put(name, wide);
        });
    }

    /// Logits after every token: `[tokens][vocabSize]`.
    double[][] logits(int[] tokens) {
        int hidden = config.hiddenSize();
        double[] embedding = weight("model.embed_tokens");
        double[][] x = new double[tokens.length][hidden];
        for (int t = 0; t < tokens.length; t++) {
            for (int j = 0; j < hidden; j++) {
                x[t][j] = embedding[tokens[t] * hidden + j] * Math.sqrt(hidden);
            }
        }
        for (int layer = 0; layer < config.layers(); layer++) {
            String name = "model.layers." + layer + ".";
            double[][] a = attention(layer, normed(x, name + "input_layernorm"));
            add(x, normed(a, name + "post_attention_layernorm"));
            double[][] m = mlp(name + "mlp.", normed(x, name + "pre_feedforward_layernorm"));
            add(x, normed(m, name + "post_feedforward_layernorm"));
        }
        String head = config.tiedHead() ? "model.embed_tokens" : "lm_head";
        return linear(head, normed(x, "model.norm"));
    }

    private double[][] attention(int layer, double[][] x) {
        String name = "model.layers." + layer + ".self_attn.";
        double[][] q = linear(name + "q_proj", x);
        double[][] k = linear(name + "k_proj", x);
        double[][] v = linear(name + "v_proj", x);
        boolean global = config.global().get(layer);
        for (int t = 0; t < x.length; t++) {
            for (int head = 0; head < config.heads(); head++) {
                normAndRotate(q[t], head, weight(name + "q_norm"), t, global);
            }
            for (int head = 0; head < config.kvHeads(); head++) {
                normAndRotate(k[t], head, weight(name + "k_norm"), t, global);
            }
        }
        int d = config.headDim();
        double[][] result = new double[x.length][config.heads() * d];
        for (int head = 0; head < config.heads(); head++) {
            int shared = head / (config.heads() / config.kvHeads());
            for (int t = 0; t < x.length; t++) {
                int first = global ? 0 : Math.max(0, t - config.slidingWindow() + 1);
                double[] p = new double[t - first + 1];
                for (int s = first; s <= t; s++) {
                    double dot = 0;
                    for (int j = 0; j < d; j++) {
                        dot += q[t][head * d + j] * k[s][shared * d + j];
                    }
                    p[s - first] = dot / Math.sqrt(config.queryPreAttentionScalar());
                }
                softmax(p);
                for (int s = first; s <= t; s++) {
                    for (int j = 0; j < d; j++) {
                        result[t][head * d + j] += p[s - first] * v[s][shared * d + j];
                    }
                }
            }
        }
        return linear(name + "o_proj", result);
    }

    /// Norm of one head's values, then rotation of the pairs (j, j + headDim / 2).
    private void normAndRotate(
            double[] x, int head, double[] normWeight, int position, boolean global) {
        int d = config.headDim();
        double[] y = new double[d];
        System.arraycopy(x, head * d, y, 0, d);
        y = norm(y, normWeight);
        double theta = global ? config.ropeTheta() : config.ropeLocalTheta();
        double scaled = global ? position / config.ropeFactor() : position;
        for (int j = 0; j < d / 2; j++) {
            double angle = scaled / Math.pow(theta, 2.0 * j / d);
            double a = y[j];
            double b = y[j + d / 2];
            x[head * d + j] = a * Math.cos(angle) - b * Math.sin(angle);
            x[head * d + j + d / 2] = b * Math.cos(angle) + a * Math.sin(angle);
        }
    }

    private double[][] mlp(String name, double[][] x) {
        double[][] gate = linear(name + "gate_proj", x);
        double[][] up = linear(name + "up_proj", x);
        for (int t = 0; t < x.length; t++) {
            for (int j = 0; j < gate[t].length; j++) {
                double g = gate[t][j];
                double inner = Math.sqrt(2 / Math.PI) * (g + 0.044715 * g * g * g);
                up[t][j] *= 0.5 * g * (1 + Math.tanh(inner));
            }
        }
        return linear(name + "down_proj", up);
    }

    private double[][] linear(String name, double[][] x) {
        double[] w = weight(name);
        int inputs = x[0].length;
        double[][] y = new double[x.length][w.length / inputs];
        for (int t = 0; t < x.length; t++) {
            for (int o = 0; o < y[t].length; o++) {
                for (int i = 0; i < inputs; i++) {
                    y[t][o] += w[o * inputs + i] * x[t][i];
                }
            }
        }
        return y;
    }

    private double[][] normed(double[][] x, String name) {
        double[][] y = new double[x.length][];
        for (int t = 0; t < x.length; t++) {
            y[t] = norm(x[t], weight(name));
        }
        return y;
    }

    private double[] norm(double[] x, double[] w) {
        double squares = 0;
        for (double value : x) {
            squares += value * value;
        }
        double root = Math.sqrt(squares / x.length + config.rmsNormEpsilon());
        double[] y = new double[x.length];
        for (int j = 0; j < x.length; j++) {
            y[j] = x[j] / root * (1 + w[j]);
        }
        return y;
    }

    private static void softmax(double[] p) {
        double sum = 0;
        for (int i = 0; i < p.length; i++) {
            p[i] = Math.exp(p[i]);
            sum += p[i];
        }
        for (int i = 0; i < p.length; i++) {
            p[i] /= sum;
        }
    }

    private static void add(double[][] x, double[][] y) {
        for (int t = 0; t < x.length; t++) {
            for (int j = 0; j < x[t].length; j++) {
                x[t][j] += y[t][j];
            }
        }
    }

    private double[] weight(String name) {
        double[] values = weights.get(name + ".weight");
        if (values == null) {
            throw new AssertionError(name);
        }
        return values;
    }
}
