package dev.stethos.web;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandler;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.codec.http.QueryStringDecoder;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import io.netty.handler.codec.http.multipart.HttpPostRequestDecoder;
import io.netty.util.ReferenceCountUtil;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// Stands between a connection's HTTP parser and the server. A request that is not valid HTTP gets
/// an [ErrorBody] and the connection's end; so does one whose head or body takes too long to
/// arrive; an upload may take long, but not fall silent. Lives on the connection's event loop.
final class RequestGate extends ChannelInboundHandlerAdapter {
    static final String NAME = "stethos-gate";

    private final ObjectMapper json;
    private final Duration headTimeout;
    private final Duration bodyTimeout;
    private @Nullable ChannelHandlerContext context;
    private @Nullable Future<?> deadline;
    private boolean inRequest;
    private boolean uploading;
    private boolean refused;

    RequestGate(ObjectMapper json, Duration headTimeout, Duration bodyTimeout) {
        this.json = json;
        this.headTimeout = headTimeout;
        this.bodyTimeout = bodyTimeout;
    }

    /// The gate's eye before the parser: a head's time runs from its first byte.
    ChannelInboundHandler bytes() {
        return new ChannelInboundHandlerAdapter() {
            @Override
            public void channelRead(ChannelHandlerContext before, Object bytes) {
                if (!inRequest && deadline == null) {
                    expect(headTimeout);
                }
                before.fireChannelRead(bytes);
            }
        };
    }

    @Override
    public void handlerAdded(ChannelHandlerContext added) {
        context = added;
    }

    @Override
    public void channelRead(ChannelHandlerContext gate, Object message) {
        if (refused) {
            ReferenceCountUtil.release(message);
            return;
        }
        if (message instanceof HttpRequest request) {
            if (request.decoderResult().isFailure()) {
                ReferenceCountUtil.release(message);
                refuse(gate, status(request.decoderResult().cause()));
                return;
            }
            if (!isReadable(request)) {
                ReferenceCountUtil.release(message);
                refuse(gate, 400);
                return;
            }
            inRequest = true;
            uploading = HttpPostRequestDecoder.isMultipart(request);
            expect(bodyTimeout);
        } else if (uploading) {
            expect(bodyTimeout);
        }
        if (message instanceof LastHttpContent) {
            inRequest = false;
            forget();
        }
        gate.fireChannelRead(message);
    }

    @Override
    public void channelInactive(ChannelHandlerContext gate) {
        forget();
        gate.fireChannelInactive();
    }

    /// The server behind the gate would answer these without a body, or as if they were HTTP/1.1.
    private static boolean isReadable(HttpRequest request) {
        HttpVersion version = request.protocolVersion();
        if (!version.equals(HttpVersion.HTTP_1_1) && !version.equals(HttpVersion.HTTP_1_0)) {
            return false;
        }
        if (request.headers().getAll(HttpHeaderNames.HOST).size() > 1) {
            return false;
        }
        QueryStringDecoder target = new QueryStringDecoder(request.uri());
        try {
            return target.path() != null && target.parameters() != null;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    private static int status(Throwable cause) {
        if (cause instanceof TooLongHttpLineException) {
            return 414;
        }
        return cause instanceof TooLongHttpHeaderException ? 431 : 400;
    }

    private void expect(Duration within) {
        forget();
        ChannelHandlerContext gate = context;
        if (gate != null) {
            deadline =
                    gate.executor()
                            .schedule(
                                    () -> timedOut(gate), within.toMillis(), TimeUnit.MILLISECONDS);
        }
    }

    private void forget() {
        Future<?> running = deadline;
        if (running != null) {
            running.cancel(false);
            deadline = null;
        }
    }

    /// While a body is awaited the server may be answering already, so the gate may not.
    private void timedOut(ChannelHandlerContext gate) {
        if (inRequest) {
            gate.close();
        } else if (!refused) {
            refuse(gate, 408);
        }
    }

    private void refuse(ChannelHandlerContext gate, int status) {
        refused = true;
        forget();
        DefaultFullHttpResponse response =
                new DefaultFullHttpResponse(
                        HttpVersion.HTTP_1_1,
                        HttpResponseStatus.valueOf(status),
                        Unpooled.wrappedBuffer(body(HttpRefusal.ofParser(status))));
        response.headers()
                .set(HttpHeaderNames.CONTENT_TYPE, HttpHeaderValues.APPLICATION_JSON)
                .setInt(HttpHeaderNames.CONTENT_LENGTH, response.content().readableBytes())
                .set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE)
                .set(RequestIds.HEADER, UUID.randomUUID().toString());
        SecurityHeaders.ALL.forEach(response.headers()::set);
        gate.writeAndFlush(response).addListener(ChannelFutureListener.CLOSE);
    }

    private byte[] body(ApiException refusal) {
        try {
            return json.writeValueAsBytes(refusal.body());
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("an error body is not JSON", e);
        }
    }
}
