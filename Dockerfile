# Two images from one file: `docker build --target cpu -t stethos:cpu .` and `--target cuda`.
# Neither needs anything writable but /tmp and the folders named by STETHOS_CACHE and STETHOS_STATE.

FROM maven:3.9-eclipse-temurin-25 AS jar
WORKDIR /build
COPY pom.xml ./
COPY src/main src/main
RUN mvn -B -ntp package -Dmaven.test.skip=true -Dspotless.check.skip=true

# What both images share: the launcher, the jar, the libraries beside it, the shipped profiles.
FROM eclipse-temurin:25-jdk-noble AS server
WORKDIR /opt/stethos
COPY stethos LICENSE ./
COPY edit-profiles edit-profiles
COPY --from=jar /build/target/stethos-runner.jar target/stethos-runner.jar
COPY --from=jar /build/target/lib target/lib
ENV DJL_CACHE_DIR=/opt/stethos/djl \
    HOME=/tmp \
    OMP_WAIT_POLICY=PASSIVE \
    STETHOS_CACHE=/var/cache/stethos \
    STETHOS_STATE=/var/lib/stethos \
    QUARKUS_HTTP_HOST=0.0.0.0 \
    QUARKUS_MANAGEMENT_HOST=0.0.0.0
EXPOSE 8080 9000
ENTRYPOINT ["/opt/stethos/stethos"]
CMD ["serve"]

# One start of the server unpacks the native libraries and records the JVM's start-up cache, for
# this JVM and these paths.
FROM server AS cpu
RUN QUARKUS_HTTP_HOST=127.0.0.1 STETHOS_CACHE=/tmp/cache STETHOS_STATE=/tmp/state ./stethos record \
    && rm -rf /tmp/* \
    && mkdir -p /var/cache/stethos /var/lib/stethos \
    && chown 65532:65532 /var/cache/stethos /var/lib/stethos
USER 65532:65532
HEALTHCHECK --interval=10s --timeout=5s --start-period=30m --retries=6 \
    CMD ["bash", "-c", "exec 3<>/dev/tcp/127.0.0.1/9000 && printf 'GET /q/health/live HTTP/1.0\\r\\n\\r\\n' >&3 && head -1 <&3 | grep -q ' 200 '"]

# A libtorch 2.7.1 built for CUDA 12.8, from an archive whose address and hash the builder gives, and
# beside it the way to it from Java: a running container can write neither.
FROM server AS libtorch
ARG LIBTORCH_URL
ARG LIBTORCH_SHA256
RUN apt-get update && apt-get install -y --no-install-recommends curl unzip \
    && curl -fsSL -o /libtorch.zip "${LIBTORCH_URL:?give --build-arg LIBTORCH_URL}" \
    && echo "${LIBTORCH_SHA256:?give --build-arg LIBTORCH_SHA256}  /libtorch.zip" | sha256sum -c - \
    && unzip -q /libtorch.zip -d /opt \
    && unzip -p target/lib/ai.djl.pytorch.pytorch-jni-*.jar jnilib/linux-x86_64/cu128/libdjl_torch.so \
        > /opt/libtorch/lib/libdjl_torch.so

FROM cpu AS cuda
COPY --from=libtorch /opt/libtorch/lib /opt/libtorch/lib
ENV PYTORCH_LIBRARY_PATH=/opt/libtorch/lib \
    PYTORCH_VERSION=2.7.1 \
    PYTORCH_FLAVOR=cu128 \
    NVIDIA_VISIBLE_DEVICES=all \
    NVIDIA_DRIVER_CAPABILITIES=compute,utility
