//! Several trained surrogates as one: each is a member, and advances the states whose turn it is.
//!
//! Networks that were trained apart err apart, so the spread of their rollouts says how far they may be wrong
//! (deep ensembles: Lakshminarayanan et al. 2017, §2.4).

use super::Method;
use crate::{HeldMeans, Inputs, Model, Positive, SurrogateRng};
use burn::tensor::{Device, Int, Tensor, TensorData};

/// Surrogates that share the states of a batch: of `n` members the state in the row `r` is advanced by member `r` modulo
/// `n`. A row keeps its member from step to step, so every rollout is that of one member.
#[derive(Debug)]
pub struct Together {
    members: Vec<Model>,
}

impl Together {
    /// The surrogate of these members, whose states and answers are alike; none where there is no member.
    pub fn of(members: Vec<Model>) -> Option<Model> {
        let first = members.first()?.clone();
        // Members hold means and keep positive on their own.
        let bare = first
            .conserving(HeldMeans::None)
            .keeping_positive(Positive::default());
        Some(bare.with_method(Self { members }))
    }

    /// Number of members.
    pub fn count(&self) -> usize {
        self.members.len()
    }
}

/// Rows of a batch of `rows` that are the turn of a member of `count`.
fn turn(member: usize, rows: usize, count: usize) -> impl Iterator<Item = usize> {
    (member..rows).step_by(count)
}

/// The places of all rows where the turns of the members stand one after the other.
fn places(rows: usize, count: usize) -> Vec<usize> {
    let mut places = vec![0; rows];
    let turns = (0..count).flat_map(|member| turn(member, rows, count));
    turns
        .enumerate()
        .for_each(|(place, row)| places[row] = place);
    places
}

fn index(rows: impl IntoIterator<Item = usize>, device: &Device) -> Tensor<1, Int> {
    let rows: Vec<i64> = rows.into_iter().map(|row| row as i64).collect();
    let count = rows.len();
    Tensor::from_data(TensorData::new(rows, [count]), device)
}

impl Method for Together {
    fn record_name(&self) -> &'static str {
        "Together"
    }

    fn inputs(&self) -> Inputs {
        self.members[0].inputs()
    }

    fn is_stochastic(&self) -> bool {
        self.members.len() > 1
    }

    fn guards(&self) -> Vec<String> {
        self.members[0].guards()
    }

    fn step(
        &self,
        _: &Model,
        u: Tensor<3>,
        parameters: Tensor<2>,
        grid: &[usize],
        draws: &mut SurrogateRng,
    ) -> Tensor<3> {
        let (rows, count, device) = (u.dims()[0], self.members.len(), u.device());
        let mut answers = Vec::with_capacity(count);
        for (place, member) in self.members.iter().enumerate().take(rows) {
            let own = index(turn(place, rows, count), &device);
            let (states, told) = (u.clone().select(0, own.clone()), parameters.clone());
            answers.push(member.answer(states, told.select(0, own), grid, draws));
        }
        Tensor::cat(answers, 0).select(0, index(places(rows, count), &device))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_has_a_turn_and_finds_its_answer() {
        for (rows, count) in [(1, 3), (3, 3), (7, 3), (8, 4), (5, 1)] {
            let turns = (0..count).flat_map(|member| turn(member, rows, count));
            let turns: Vec<usize> = turns.collect();
            let places = places(rows, count);
            assert!(
                (0..rows).all(|row| turns[places[row]] == row),
                "{rows}, {count}"
            );
        }
    }
}
