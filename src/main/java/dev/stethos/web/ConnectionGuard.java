package dev.stethos.web;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.ServerChannel;
import io.netty.channel.SingleThreadEventLoop;
import io.netty.handler.codec.http.HttpMessage;
import io.netty.util.concurrent.EventExecutor;
import io.quarkus.vertx.http.HttpServerOptionsCustomizer;
import io.quarkus.vertx.http.HttpServerStart;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.impl.VertxHttpRequestDecoder;
import io.vertx.core.impl.VertxInternal;
import jakarta.enterprise.event.ObservesAsync;
import jakarta.inject.Singleton;
import org.jspecify.annotations.Nullable;

/// Puts a [RequestGate] into every new HTTP/1.1 connection, so that what the HTTP parser refuses is
/// answered like everything else and slow senders are not waited for. The framework has no hook for
/// that, so this one goes through the listening channels' pipelines.
@Singleton
public final class ConnectionGuard implements HttpServerOptionsCustomizer {
    private static final String DECODER = "httpDecoder";
    private static final String SERVER = "handler";
    private static final String ACCEPT = "stethos-accept";

    private final ObjectMapper json;
    private final WebConfig config;
    private volatile @Nullable HttpServerOptions options;

    ConnectionGuard(ObjectMapper json, WebConfig config) {
        this.json = json;
        this.config = config;
    }

    /// Keeps the limits for the decoder, bounds what a slow reader can hold, and keeps HTTP/2 off
    /// connections without TLS: its detection would stand before the gate.
    @Override
    public void customizeHttpServer(HttpServerOptions serverOptions) {
        serverOptions.setHttp2ClearTextEnabled(false);
        serverOptions.setSendBufferSize(Math.toIntExact(config.sendBuffer().asLongValue()));
        options = serverOptions;
    }

    void install(@ObservesAsync HttpServerStart started, Vertx vertx) {
        for (EventExecutor loop : ((VertxInternal) vertx).getAcceptorEventLoopGroup()) {
            loop.execute(() ->
                    ((SingleThreadEventLoop) loop)
                            .registeredChannelsIterator()
                            .forEachRemaining(this::guard));
        }
    }

    private void guard(Channel channel) {
        if (channel instanceof ServerChannel && channel.pipeline().get(ACCEPT) == null) {
            channel.pipeline().addFirst(ACCEPT, new Accept());
        }
    }

    /// Sees accepted connections before they are set up.
    @ChannelHandler.Sharable
    private final class Accept extends ChannelInboundHandlerAdapter {
        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            if (message instanceof Channel connection) {
                connection.pipeline().addLast(new Install());
            }
            context.fireChannelRead(message);
        }
    }

    /// Sets the gate up once the framework's own handlers are there.
    private final class Install extends ChannelInboundHandlerAdapter {
        @Override
        public void channelActive(ChannelHandlerContext context) {
            ChannelPipeline pipeline = context.pipeline();
            HttpServerOptions limits = options;
            if (limits != null && pipeline.get(DECODER) != null && pipeline.get(SERVER) != null) {
                pipeline.replace(DECODER, DECODER, new StrictDecoder(limits));
                RequestGate gate =
                        new RequestGate(json, config.headTimeout(), config.bodyTimeout());
                pipeline.addBefore(SERVER, RequestGate.NAME, gate);
                pipeline.replace(this, null, gate.bytes());
            }
            context.fireChannelActive();
        }
    }

    /// Refuses a message with two lengths, of which the parser would silently drop one.
    private static final class StrictDecoder extends VertxHttpRequestDecoder {
        StrictDecoder(HttpServerOptions limits) {
            super(limits);
        }

        @Override
        protected void handleTransferEncodingChunkedWithContentLength(HttpMessage message) {
            throw new IllegalArgumentException("Content-Length beside Transfer-Encoding");
        }
    }
}
