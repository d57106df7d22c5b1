# The program, static, on nothing but CA certificates. Builds for the architecture that it is built on.

FROM docker.io/library/rust:1.95-slim-bookworm AS build
WORKDIR /build
# The toolchain is the image's, whatever rust-toolchain.toml asks of rustup.
ENV RUSTUP_TOOLCHAIN=1.95.0
# The C library is linked in. With a target named, flags are the program's alone, and procedural macros stay dynamic.
ENV RUSTFLAGS="-C target-feature=+crt-static"

# The dependencies, in a layer of their own that lives as long as they do.
COPY Cargo.toml Cargo.lock ./
RUN mkdir -p src benches tests/it \
 && grep -A 1 '^\[\[bench\]\]' Cargo.toml | sed -n 's|^name = "\(.*\)"$|benches/\1.rs|p' | xargs touch src/lib.rs tests/it/main.rs \
 && echo 'fn main() {}' >src/main.rs \
 && cargo build --locked --profile container --bin aws-least-privilege --target "$(rustc --print host-tuple)"

COPY src src
COPY data/catalogue.bin data/sam.bin data/cfn.bin data/
# The stand-ins above may be younger than the sources.
RUN touch src/lib.rs src/main.rs \
 && cargo build --locked --profile container --bin aws-least-privilege --target "$(rustc --print host-tuple)" \
 && cp "target/$(rustc --print host-tuple)/container/aws-least-privilege" /

FROM gcr.io/distroless/static-debian12:latest
LABEL org.opencontainers.image.title="aws-least-privilege" \
      org.opencontainers.image.description="A gate that keeps IAM roles honest: from the AWS calls that X-Ray saw to a verdict on the role's policies" \
      org.opencontainers.image.licenses="MIT"
COPY --from=build /aws-least-privilege /aws-least-privilege
# GitHub's runner mounts folders of its own user: the image sets no USER, and outputs are given the workspace's owner.
ENTRYPOINT ["/aws-least-privilege"]
