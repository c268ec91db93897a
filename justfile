# Recipes for https://just.systems; `just` alone lists them.

_default:
    @just --list

# Everything that has to pass before a change is proposed, as `.ci/run` does it.
check: format lint doc test

# Formatting.
format:
    cargo fmt --all --check

# Compiler and clippy, warnings are errors.
lint:
    cargo clippy --release --workspace --all-targets -- -D warnings

# Documentation, warnings are errors.
doc:
    RUSTDOCFLAGS="-D warnings" cargo doc --release --workspace --no-deps

# All tests, on the release build.
test:
    cargo test --release --workspace

# While writing: formatting, and the tests of the crates that build in seconds.
quick: format
    cargo test --release -p ondine-solvers -p ondine-metrics -p ondine-datasets -p ondine-report -p ondine-coupling

# Spelling and dependencies; needs typos and cargo-deny.
hygiene:
    typos
    cargo deny check

# The pages of all equations, from the list; look at the pictures that change.
pages:
    cargo run --release --example equation_pages -- docs/equations

# The pages of the reference, from the lists.
reference:
    cargo run --release --example reference_pages -- docs/book/reference

# The C library with header, pkg-config file and CMake config: `just install-c ~/.local`.
install-c PREFIX:
    bindings/c/install {{PREFIX}}

# The C library with trained surrogates: `just install-surrogate ~/.local`.
install-surrogate PREFIX:
    bindings/surrogate/install {{PREFIX}}

# The C library with trainings: `just install-trainer ~/.local`.
install-trainer PREFIX:
    bindings/trainer/install {{PREFIX}}

# The C headers, from the sources of the C interfaces.
header:
    cargo run --locked --manifest-path bindings/header/Cargo.toml

# The book in target/site/docs; needs mdBook.
book:
    .ci/book

# The main job: a training of a few minutes with its report in runs/quickstart.
train:
    cargo run --release -- train recipes/quickstart.toml
