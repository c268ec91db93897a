//! Arguments on the command line.

use burn::tensor::FloatDType;

/// Device on which the networks train.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place {
    /// All cores of this machine.
    Flex,
    /// The first NVIDIA GPU.
    Cuda,
}

/// The command line, read.
pub(crate) struct Arguments {
    pub(crate) names: Vec<String>,
    pub(crate) steps: usize,
    pub(crate) json: bool,
    pub(crate) place: Place,
    pub(crate) dtype: FloatDType,
    /// Whether this process measures, and starts no other.
    pub(crate) here: bool,
}

impl Arguments {
    pub(crate) fn parse(mut words: impl Iterator<Item = String>) -> Result<Self, String> {
        let mut arguments = Self {
            names: Vec::new(),
            steps: 30,
            json: false,
            place: Place::Flex,
            dtype: FloatDType::F32,
            here: false,
        };
        while let Some(word) = words.next() {
            let mut value = || {
                let value = words.next();
                value.ok_or_else(|| format!("`{word}` lacks its value"))
            };
            match word.as_str() {
                "--json" => arguments.json = true,
                "--here" => arguments.here = true,
                "--steps" => arguments.steps = positive(&value()?)?,
                "--device" => arguments.place = place(&value()?)?,
                "--dtype" => arguments.dtype = dtype(&value()?)?,
                option if option.starts_with('-') => {
                    return Err(format!(
                        "`{option}` is no option: there are --steps, --json, --device and --dtype"
                    ));
                }
                _ => arguments.names.push(word),
            }
        }
        Ok(arguments)
    }

    /// The options of a process that measures one network.
    pub(crate) fn of_child(&self) -> Vec<String> {
        let steps = self.steps.to_string();
        let words = [
            "--here",
            "--steps",
            &steps,
            "--device",
            self.device_name(),
            "--dtype",
            self.dtype_name(),
        ];
        words.map(str::to_owned).to_vec()
    }

    pub(crate) fn device_name(&self) -> &'static str {
        match self.place {
            Place::Flex => "flex",
            Place::Cuda => "cuda",
        }
    }

    pub(crate) fn dtype_name(&self) -> &'static str {
        match self.dtype {
            FloatDType::BF16 => "bf16",
            _ => "f32",
        }
    }
}

fn positive(text: &str) -> Result<usize, String> {
    let number = text.parse().ok().filter(|&n| n > 0);
    number.ok_or_else(|| format!("`--steps {text}`: write a number of steps, at least 1"))
}

fn place(text: &str) -> Result<Place, String> {
    match text {
        "flex" => Ok(Place::Flex),
        "cuda" => Ok(Place::Cuda),
        _ => Err(format!("`--device {text}`: write flex or cuda")),
    }
}

fn dtype(text: &str) -> Result<FloatDType, String> {
    match text {
        "f32" => Ok(FloatDType::F32),
        "bf16" => Ok(FloatDType::BF16),
        _ => Err(format!("`--dtype {text}`: write f32 or bf16")),
    }
}
