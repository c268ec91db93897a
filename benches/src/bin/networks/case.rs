//! Networks at the sizes they are measured at.

use crate::arguments::{Arguments, Place};
use ondine_models::network::NETWORKS;

/// One network on one grid.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Case {
    /// Name in a recipe.
    pub(crate) kind: &'static str,
    /// Name that tells it from others of its kind; empty for the one that stands for it.
    variant: &'static str,
    /// Options, as in a recipe.
    pub(crate) options: &'static str,
    /// Points per axis.
    pub(crate) grid: &'static [usize],
    /// States per step.
    pub(crate) batch: usize,
}

const LINE: &[usize] = &[256];
const SQUARE: &[usize] = &[64, 64];

/// Networks that two cores train with steps of less than half a second.
const ON_CPU: &[Case] = &[
    case("fno", "{ width = 64, modes = 32, layers = 4 }", LINE, 32),
    case("fno", "{ width = 32, modes = 12, layers = 4 }", SQUARE, 8),
    case("tfno", "{ width = 64, modes = 32, layers = 4 }", LINE, 32),
    case("tfno", "{ width = 32, modes = 12, layers = 4 }", SQUARE, 8),
    case("recurrent_fno", "{ width = 64, modes = 32 }", LINE, 32),
    case("recurrent_fno", "{ width = 32, modes = 12 }", SQUARE, 8),
    case("fno_neuraloperator", "{ width = 32, modes = 24 }", LINE, 32),
    case(
        "fno_neuraloperator",
        "{ width = 32, modes = 24 }",
        SQUARE,
        8,
    ),
    case("unet", "{ width = 16 }", LINE, 32),
    case("unet", "{ width = 16 }", SQUARE, 8),
    case("unet", "{ width = 16, padding = \"zero\" }", LINE, 32).variant("zero"),
    case("unet", "{ width = 16, padding = \"zero\" }", SQUARE, 8).variant("zero"),
    case("classic_unet", "{ width = 16 }", LINE, 32),
    case("classic_unet", "{ width = 16 }", SQUARE, 8),
    case("resnet", "{ width = 32, blocks = 8 }", LINE, 32),
    case("resnet", "{ width = 32, blocks = 4 }", SQUARE, 8),
    case("dilated_resnet", "{ width = 48, blocks = 4 }", LINE, 32),
    case("dilated_resnet", "{ width = 32, blocks = 1 }", SQUARE, 8),
    case("pde_transformer", "{}", LINE, 32),
    case("pde_transformer", "{ width = 16, levels = 1 }", SQUARE, 2),
    case("message_passing", "{ width = 32, layers = 6 }", LINE, 32),
    case(
        "message_passing",
        "{ width = 32, layers = 2, radius = 1 }",
        SQUARE,
        2,
    ),
    case("mlp", "{ width = 256, layers = 2 }", LINE, 32),
    case("mlp", "{ width = 256, layers = 2 }", SQUARE, 8),
];

/// Networks that fill one GPU.
const ON_GPU: &[Case] = &[
    case("fno", "{ width = 64, modes = 32, layers = 4 }", LINE, 128),
    case(
        "fno",
        "{ width = 64, modes = 12, layers = 4 }",
        &[128, 128],
        32,
    ),
    case("unet", "{ width = 64 }", LINE, 128),
    case("unet", "{ width = 32 }", SQUARE, 128),
];

const fn case(
    kind: &'static str,
    options: &'static str,
    grid: &'static [usize],
    batch: usize,
) -> Case {
    Case {
        kind,
        variant: "",
        options,
        grid,
        batch,
    }
}

impl Case {
    const fn variant(self, variant: &'static str) -> Self {
        Self { variant, ..self }
    }

    /// Such as `unet-2d` or `unet-zero-2d`.
    pub(crate) fn name(&self) -> String {
        let variant = match self.variant {
            "" => String::new(),
            variant => format!("-{variant}"),
        };
        format!("{}{variant}-{}d", self.kind, self.grid.len())
    }
}

/// The cases that are named, or all that stand for their network.
pub(crate) fn chosen(arguments: &Arguments) -> Result<Vec<Case>, String> {
    let cases = match arguments.place {
        Place::Flex => ON_CPU,
        Place::Cuda => ON_GPU,
    };
    if arguments.place == Place::Flex {
        assert_complete();
    }
    if arguments.names.is_empty() {
        let standing = cases.iter().filter(|case| case.variant.is_empty());
        return Ok(standing.copied().collect());
    }
    let find = |name: &String| {
        let found = cases.iter().find(|case| case.name() == *name);
        found.copied().ok_or_else(|| {
            let names: Vec<String> = cases.iter().map(Case::name).collect();
            format!("`{name}` is not measured: there are {}", names.join(", "))
        })
    };
    arguments.names.iter().map(find).collect()
}

/// Every network of the list is measured on a line and in a square.
fn assert_complete() {
    for entry in NETWORKS {
        for dims in [1, 2] {
            let here = |case: &&Case| case.kind == entry.kind && case.grid.len() == dims;
            let found = ON_CPU.iter().find(here);
            assert!(found.is_some(), "give `{}` in {dims}-D a size", entry.kind);
        }
    }
}
