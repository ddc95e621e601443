package dev.stethos.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ModelReferenceTest {
    @Test
    void meansTheMainBranchUnlessARevisionIsGiven() {
        assertThat(ModelReference.parse("hf://google/gemma-3-4b-it"))
                .isEqualTo(new ModelReference("google", "gemma-3-4b-it", "main"));
        assertThat(ModelReference.parse("hf://google/gemma-3-4b-it@refs/pr/7").revision())
                .isEqualTo("refs/pr/7");
    }

    @Test
    void knowsACommit() {
        assertThat(new ModelReference("a", "b", "0".repeat(40)).isCommit()).isTrue();
        assertThat(new ModelReference("a", "b", "0".repeat(39)).isCommit()).isFalse();
        assertThat(new ModelReference("a", "b", "main").isCommit()).isFalse();
    }

    @Test
    void isWrittenAsItIsRead() {
        String text = "hf://google/gemma-3-4b-it@v1.0";
        assertThat(ModelReference.parse(text)).hasToString(text);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "hf://",
                "hf://gemma",
                "hf://google/",
                "hf:///gemma",
                "hf://google/gemma/more",
                "hf://../gemma",
                "hf://google/..",
                "hf://google/.gemma",
                "hf://google/gemma-",
                "hf://goo--gle/gemma",
                "hf://google/gem ma",
                "hf://google/gem%2e",
                "hf://google/gemma?x",
                "hf://google/gemma\u0000",
                "HF://google/gemma",
            })
    void refusesWhatIsNoModelOfTheHub(String given) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ModelReference.parse(given))
                .withMessageContaining("was given, allowed is ");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "..", "a/../b", "/a", "a/", "a//b", "a b", "a%2Fb", "a?b", "a\nb"})
    void refusesRevisionsThatNoRepositoryHas(String revision) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ModelReference.parse("hf://google/gemma@" + revision))
                .withMessageContaining("allowed is ");
    }

    @Test
    void refusesALongName() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new ModelReference("owner", "n".repeat(91), "main"));
        assertThat(new ModelReference("owner", "n".repeat(90), "main").id()).hasSize(96);
    }
}
