package dev.stethos.lab.diagnosis;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/// Which subject each document is of, from 0 on, or that it is control text. Do not change the
/// array.
@SuppressWarnings("ArrayRecordComponent")
public record Labels(int[] of, int subjects) {
    public static final int CONTROL = -1;
    static final int LEFT_OUT = -2;

    public Labels {
        for (int label : of) {
            if (label < LEFT_OUT || label >= subjects) {
                throw new IllegalArgumentException(
                        "label %d, allowed are 0 to %d and control".formatted(label, subjects - 1));
            }
        }
    }

    /// The same labels dealt to other documents.
    Labels shuffled(Random random) {
        int[] dealt = of.clone();
        for (int i = dealt.length - 1; i > 0; i--) {
            int other = random.nextInt(i + 1);
            int label = dealt[i];
            dealt[i] = dealt[other];
            dealt[other] = label;
        }
        return new Labels(dealt, subjects);
    }

    /// Two disjoint halves of every subject's and the control's documents.
    List<Labels> halves(Random random) {
        int[] first = of.clone();
        int[] second = of.clone();
        for (int label = CONTROL; label < subjects; label++) {
            List<Integer> members = new ArrayList<>();
            for (int i = 0; i < of.length; i++) {
                if (of[i] == label) {
                    members.add(i);
                }
            }
            Collections.shuffle(members, random);
            for (int i = 0; i < members.size(); i++) {
                (i % 2 == 0 ? second : first)[members.get(i)] = LEFT_OUT;
            }
        }
        return List.of(new Labels(first, subjects), new Labels(second, subjects));
    }

    int count(int label) {
        return (int) Arrays.stream(of).filter(one -> one == label).count();
    }
}
