package dev.stethos.openai;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.stethos.gemma.Revision;
import dev.stethos.inference.generation.GenerationEvent;
import dev.stethos.inference.generation.GenerationEvent.FinishReason;
import dev.stethos.inference.generation.GenerationRequest;
import dev.stethos.inference.sampling.SamplingParams;
import dev.stethos.serving.ServedModel.Pin;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

final class EventStreamTest {
    private final AtomicInteger cancelled = new AtomicInteger();

    @Test
    void writesOpeningEventsClosingAndDone() throws IOException {
        assertThat(
                        written(
                                new GenerationEvent.Text("é\n", List.of(), List.of()),
                                new GenerationEvent.Finished(FinishReason.STOP, 1, 1)))
                .isEqualTo(
                        "data: \"open\"\n\ndata: \"é\\n\"\n\ndata: \"STOP\"\n\ndata: \"close\"\n\n"
                                + "data: [DONE]\n\n");
    }

    @Test
    void aFailureIsAnErrorEventAndTheEnd() throws IOException {
        assertThat(
                        written(
                                new GenerationEvent.Text("a", List.of(), List.of()),
                                new GenerationEvent.Failed(
                                        GenerationEvent.Cause.FAULT, "out of memory")))
                .isEqualTo(
                        "data: \"open\"\n\ndata: \"a\"\n\ndata: {\"error\":{\"message\":"
                                + "\"out of memory\",\"type\":\"server_error\",\"param\":null,"
                                + "\"code\":\"generation_failed\"}}\n\n");
    }

    @Test
    void cancelsWhenTheClientCannotBeWrittenTo() {
        OutputStream broken =
                new OutputStream() {
                    @Override
                    public void write(int b) throws IOException {
                        throw new IOException("connection was closed");
                    }
                };

        assertThatThrownBy(() ->
                        stream(new GenerationEvent.Text("a", List.of(), List.of())).write(broken))
                .isInstanceOf(IOException.class);
        assertThat(cancelled).hasValue(1);
    }

    private String written(GenerationEvent... events) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        stream(events).write(out);
        return out.toString(StandardCharsets.UTF_8);
    }

    private EventStream stream(GenerationEvent... events) {
        Sequences sequences =
                Sequences.submit(
                        new FreePin(),
                        EventStreamTest::one,
                        submissions -> {
                            for (GenerationEvent event : events) {
                                submissions.getFirst().listener().accept(event);
                            }
                            return List.of(cancelled::incrementAndGet);
                        },
                        Integer.MAX_VALUE,
                        () -> {});
        return new EventStream(sequences, new Words(), new ObjectMapper(), () -> false);
    }

    private static List<GenerationRequest> one(Revision revision) {
        return List.of(
                new GenerationRequest(
                        revision,
                        new int[] {1},
                        SamplingParams.GREEDY,
                        1,
                        List.of(),
                        Set.of(),
                        Set.of(),
                        -1,
                        false));
    }

    private static final class Words implements EventStream.Chunks {
        @Override
        public List<?> opening() {
            return List.of("open");
        }

        @Override
        public List<?> of(int index, GenerationEvent event) {
            return switch (event) {
                case GenerationEvent.Text text -> List.of(text.text());
                case GenerationEvent.Finished finished -> List.of(finished.reason());
                case GenerationEvent.PromptScored scored -> List.of();
                case GenerationEvent.Failed failed -> List.of();
            };
        }

        @Override
        public List<?> closing() {
            return List.of("close");
        }
    }

    private static final class FreePin implements Pin {
        @Override
        public String modelId() {
            return "m";
        }

        @Override
        public Revision revision() {
            return Revision.base("0123456789abcdef", Map.of());
        }

        @Override
        public void close() {}
    }
}
